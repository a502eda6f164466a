import { join } from 'node:path';
import type { CommandInput } from '../../src-shared/edit/commands.ts';
import { nextTakeNumber } from '../../src-shared/edit/take-recording.ts';
import { endInEachLap } from '../../src-shared/edit/take-spans.ts';
import type { TrackRow } from '../../src-shared/model/rows.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { FreeNames } from '../media/project-file-names.ts';
import type { Project } from '../project/project.ts';
import { earlyEnough } from './cue-beeps.ts';
import { clockOf } from './document-service.ts';
import type { Loop, RecorderFacts, RecorderFile, Rolled } from './recorder.ts';
import { localDate, takeHeader, takeStem } from './recording-names.ts';

export const AUDIO_FOLDER = 'Audio Files';

/** What a person asks for. */
export type RecordStart = {
  /** Inputs of the device, one a channel of the track. */
  readonly tracks: readonly { readonly trackId: number; readonly inputs: readonly number[] }[];
  readonly sampleFormat: 's24' | 'f32';
  readonly preRecordSeconds: number;
  /** In the names of the files; the date where there is none. */
  readonly scene: string | null;
  /** How to roll where nothing rolls yet; while it rolls, it rolls on as it does. */
  readonly roll: {
    readonly fromSample: number;
    readonly preRollSamples: number;
    readonly postRollSamples: number;
    readonly loop: Loop | null;
  };
  /** A range of the timeline, in a loop in every lap of it; `now`: from the key (or the place to play from) to stop; `by-hand`: from punchIn to punchOut. */
  readonly punch: { readonly inSample: number; readonly outSample: number } | 'now' | 'by-hand';
};

export type ArmedTrack = { readonly track: TrackRow; readonly inputs: readonly number[] };

type TakeFields = Extract<CommandInput, { kind: 'take.begin' }>['takes'][number];

/** Where a recording begins on the device's clock and on the timeline, and what goes where. */
export type RecordingPlan = {
  readonly rolled: Rolled;
  readonly loop: Loop | null;
  readonly beginClock: number;
  readonly preRecordSamples: number;
  readonly files: readonly RecorderFile[];
  readonly takes: TakeFields[];
};

/** The tracks to record on, each with an input a channel; refused for any other, and for none. */
export function armedTracks(project: Project, request: RecordStart): ArmedTrack[] {
  const byId = new Map(request.tracks.map(({ trackId, inputs }) => [trackId, inputs]));
  const tracks = [...byId].map(([trackId, inputs]) => ({ track: project.reader.get('track', trackId), inputs }));
  if (tracks.length === 0) throw refused('record.none', 'No track is armed.', 'Arm the tracks to record on.');
  return tracks.map(({ track, inputs }) => {
    if (!track) throw refused('track.missing', 'A track that is armed was removed.', 'Arm the tracks again.');
    if (inputs.length === track.channelCount) return { track, inputs };
    throw refused(
      'record.inputs',
      `“${track.name}” has ${track.channelCount === 1 ? 'one channel' : 'two channels'} and ${inputs.length === 0 ? 'no input' : `${inputs.length} ${inputs.length === 1 ? 'input' : 'inputs'}`}.`,
      'Choose an input for each of its channels.',
    );
  });
}

/** Refuses a device that cannot record what is asked for, as it is now. */
export function mustFit(facts: RecorderFacts, sampleRate: number, tracks: readonly ArmedTrack[]): void {
  if (facts.sampleRate !== sampleRate) {
    throw refused(
      'record.rate',
      `The audio device runs at ${facts.sampleRate} Hz and the project at ${sampleRate} Hz.`,
      'Open the device at the rate of the project in the audio settings.',
    );
  }
  if (facts.rolling && !facts.rolling.isNormalSpeed) {
    throw refused('record.speed', 'The transport does not roll at normal speed.', 'Play at normal speed, or stop.');
  }
  for (const { track, inputs } of tracks) {
    const absent = inputs.find((input) => input >= facts.inputNames.length);
    if (absent === undefined) continue;
    throw refused(
      'record.inputs',
      `Input ${absent + 1} of “${track.name}” is not there: the audio device has ${facts.inputNames.length}.`,
      'Choose another input for the track, or another device.',
    );
  }
}

/**
 * Plans a recording that begins `leadSeconds` from now, or now where the transport rolls; it rolls early enough for the
 * beeps before the punch, the first of which begins `beepLeadSamples` ahead of it (0: none). Recorded sample is timeline
 * sample plus round trip: what the engine gives out at a clock comes in that much later.
 */
export async function planRecording(
  project: Project,
  request: RecordStart,
  tracks: readonly ArmedTrack[],
  facts: RecorderFacts,
  { leadSeconds, beepLeadSamples }: { readonly leadSeconds: number; readonly beepLeadSamples: number },
): Promise<RecordingPlan> {
  const clock = clockOf(project);
  const { roll, sampleFormat } = request;
  const { rolling, sampleRate, roundTripSamples } = facts;
  const preRolled = Math.max(0, roll.fromSample - roll.preRollSamples);
  const rolled: Rolled = rolling ?? {
    startClock: facts.clock + Math.ceil(leadSeconds * sampleRate),
    startSample: earlyEnough(preRolled, lineOf(request) ?? preRolled, beepLeadSamples),
  };
  const along = (deviceClock: number) => rolled.startSample + (deviceClock - rolled.startClock);
  const loopWanted = rolling ? rolling.loop : roll.loop;
  // A roll from beyond the loop's end never comes back to it.
  const loop = loopWanted && rolled.startSample < loopWanted.toSample ? loopWanted : null;
  const beginClock = rolling ? facts.clock : rolled.startClock;
  // Nothing was heard before the device was opened, which is clock 0: no file begins before that.
  const preRecordSamples = Math.min(Math.round(request.preRecordSeconds * sampleRate), beginClock);
  const startSample = along(beginClock - preRecordSamples - roundTripSamples);
  const hereSample = rolling ? along(facts.clock) : roll.fromSample;
  const punch = punchOf(request, hereSample, loop);
  // What is punched first is in the lap that it begins in: there the file lies on the timeline.
  const headerStart = startSample - lapsBefore(rolling ? hereSample : rolled.startSample, loop);

  const at = new Date();
  const scene = request.scene?.trim() || null;
  const folder = join(project.folder, AUDIO_FOLDER);
  const names = await FreeNames.of(folder);
  const files: RecorderFile[] = [];
  const takes: TakeFields[] = [];
  for (const { track, inputs } of tracks) {
    const number = nextTakeNumber(project.reader, track.id);
    const fileName = names.take(takeStem(track.name, scene ?? localDate(at), number), '.wav');
    const projectName = project.name;
    const header = takeHeader({ projectName, clock, track, scene, number, startSample: headerStart, sampleFormat, at });
    files.push({
      path: join(folder, fileName),
      inputs,
      sampleFormat,
      headerBytes: header.bytes,
      headerLayout: header.layout,
    });
    takes.push({
      trackId: track.id,
      name: fileName.slice(0, -'.wav'.length),
      path: `${AUDIO_FOLDER}/${fileName}`,
      number,
      startSample,
      ...punch,
      loopFromSample: loop?.fromSample ?? null,
      loopToSample: loop?.toSample ?? null,
      preRecordedSamples: preRecordSamples,
      roundTripSamples,
      inputChannels: inputs.map((input) => facts.inputNames[input] ?? ''),
      recordedAt: at.toISOString(),
      begunAtSeq: project.seq,
    });
  }
  return { rolled, loop, beginClock, preRecordSamples, files, takes };
}

/** What is to be kept, as far as it is known beforehand: along the roll, which is at `hereSample`. */
function punchOf(
  { punch }: RecordStart,
  hereSample: number,
  loop: Loop | null,
): Pick<TakeFields, 'punchInSample' | 'punchOutSample'> {
  if (punch === 'by-hand') return { punchInSample: null, punchOutSample: null };
  if (punch === 'now') return { punchInSample: hereSample, punchOutSample: null };
  const { inSample, outSample } = punch;
  if (outSample <= inSample)
    throw refused('range.empty', 'The range to punch ends where it starts, or before.', 'Select a range first.');
  if (!loop || inSample >= loop.toSample || outSample <= loop.fromSample)
    return { punchInSample: inSample, punchOutSample: outSample };
  const lastSample = Math.min(outSample, loop.toSample);
  // A lap whose range has gone by is over.
  const past = lapsBefore(hereSample, loop);
  const isOver = hereSample >= lastSample + past;
  const back = past + (isOver ? loop.toSample - loop.fromSample : 0);
  return {
    punchInSample: (back > 0 ? Math.max(inSample, loop.fromSample) : inSample) + back,
    punchOutSample: endInEachLap(lastSample + back, loop),
  };
}

/** By how much a loop has gone back on the way to a place along the roll. */
function lapsBefore(atSample: number, loop: Loop | null): number {
  if (!loop || atSample < loop.toSample) return 0;
  const lapSamples = loop.toSample - loop.fromSample;
  return (1 + Math.floor((atSample - loop.toSample) / lapSamples)) * lapSamples;
}

/** The line that beeps lead up to, where it is known beforehand; null: none. */
export function lineOf({ punch }: RecordStart): number | null {
  return typeof punch === 'object' ? punch.inSample : null;
}

/** Where a punch ends that nobody has ended: 23 years on at 48 kHz. */
export const ENDLESS_SAMPLE = 2 ** 45;

/** What is known beforehand of where the input is heard; to the end of any timeline where that is not known. */
export function heardSpan({ punch, roll }: RecordStart): Loop | null {
  if (punch === 'by-hand') return null;
  if (punch === 'now') return { fromSample: roll.fromSample, toSample: ENDLESS_SAMPLE };
  return { fromSample: punch.inSample, toSample: punch.outSample };
}

function refused(code: string, message: string, remedy: string): TwopopError {
  return new TwopopError({ code, message: `${message} Nothing was recorded.`, remedy });
}
