import type { AudioSettings, EngineStatus, TrackInput } from '../../src-shared/engine/live-engine.ts';
import type { ErrorReport } from '../../src-shared/rpc/error.ts';
import type { RecordStart } from '../../src-shared/rpc/record-schemas.ts';
import type { Span } from '../transport/selected-span.ts';

/** What the record key finds. */
export type RecordSituation = {
  readonly readOnly: boolean;
  readonly status: EngineStatus | null;
  readonly settings: Pick<AudioSettings, 'sampleFormat' | 'preRecordSeconds'> | null;
  readonly trackInputs: readonly TrackInput[];
  /** The transport rolls already. */
  readonly isRolling: boolean;
  /** Timeline samples per sample that it rolls at. */
  readonly speed: number;
  readonly range: Span | null;
  /** Where it is heard while it rolls. */
  readonly positionSample: number;
  readonly cursorSample: number;
  readonly looping: boolean;
  readonly punchByHand: boolean;
  readonly preRollSamples: number;
  readonly postRollSamples: number;
  /** '': none. */
  readonly scene: string;
};

/**
 * What to ask the host for: a selected range is punched, or in a loop over it lap after lap until stop; without one it
 * records from the cursor until stop, or by hand. While it rolls before the range's end, the range or what is left of it
 * is punched; behind that, in a loop, or where it is punched by hand, recording begins at once. Or why nothing can be recorded.
 */
export function recordRequest(situation: RecordSituation): RecordStart | ErrorReport {
  const { settings, trackInputs, range, cursorSample, looping, isRolling } = situation;
  const armed = trackInputs.filter((track) => track.armed);
  const refusal = refusalOf(situation, armed);
  if (refusal) return refusal;
  const { sampleFormat, preRecordSeconds } = settings!;
  const loop = looping && range ? range : null;
  const fromSample = isRolling || !range ? cursorSample : range.fromSample;
  return {
    tracks: armed.map(({ trackId, inputs }) => ({ trackId, inputs })),
    sampleFormat,
    preRecordSeconds,
    scene: situation.scene || null,
    roll: {
      fromSample,
      preRollSamples: situation.preRollSamples,
      postRollSamples: situation.postRollSamples,
      loop,
    },
    punch: punchOf(situation),
  };
}

function punchOf({ range, looping, isRolling, positionSample, punchByHand }: RecordSituation): RecordStart['punch'] {
  if (punchByHand) return isRolling ? 'now' : 'by-hand';
  if (!range || looping) return 'now';
  const inSample = isRolling ? Math.max(range.fromSample, Math.ceil(positionSample)) : range.fromSample;
  return inSample < range.toSample ? { inSample, outSample: range.toSample } : 'now';
}

function refusalOf(situation: RecordSituation, armed: readonly TrackInput[]): ErrorReport | null {
  const { status, settings, readOnly, isRolling, speed } = situation;
  if (readOnly)
    return refused('record.read-only', 'This project is read-only.', 'Open a project that you can write to.');
  if (status?.state !== 'running' || !settings)
    return refused(
      'record.no-device',
      status?.problem ? `No audio device runs: ${status.problem.message}` : 'No audio device runs.',
      status?.problem?.remedy ?? 'Choose one in the audio settings.',
    );
  if (armed.length === 0)
    return refused(
      'record.none-armed',
      'No track is armed.',
      'Arm a track with the red button in its header, choose its input, then record.',
    );
  if (armed.every(({ inputs }) => inputs.length === 0))
    return refused(
      'record.no-input',
      armed.length === 1 ? 'The armed track has no input.' : 'The armed tracks have no inputs.',
      'Choose an input in the track’s header, then record.',
    );
  if (isRolling && speed !== 1)
    return refused(
      'record.speed',
      'It does not play at normal speed.',
      'Recording runs at normal speed alone: stop, or play at normal speed.',
    );
  return null;
}

function refused(code: string, message: string, remedy: string): ErrorReport {
  return { code, message: `${message} Nothing is being recorded.`, remedy };
}

/** Whether it is a refusal. */
export function isRefusal(answer: RecordStart | ErrorReport): answer is ErrorReport {
  return 'code' in answer;
}
