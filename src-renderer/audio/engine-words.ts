import type { EngineState, EngineStatus } from '../../src-shared/engine/live-engine.ts';
import { figure } from '../ui/figure.ts';

export type Tone = 'good' | 'warn' | 'bad' | undefined;

const STATES: Readonly<Record<EngineState, { readonly word: string; readonly tone: Tone }>> = {
  off: { word: 'closed', tone: undefined },
  opening: { word: 'opening…', tone: 'warn' },
  running: { word: 'running', tone: 'good' },
  lost: { word: 'lost', tone: 'bad' },
  failed: { word: 'failed', tone: 'bad' },
};

export const stateOf = (state: EngineState) => STATES[state];

/** What is wrong with a file that is to be played. */
export const TROUBLE_WORDS = {
  missing: 'missing',
  unreadable: 'cannot be read',
  'too-short': 'shorter than it was',
  changed: 'changed since it was imported',
} as const;

const NAMED_AT_MOST = 5;

/** What the engine could not play: a few words for each kind, and what there is to it. None while all is well. */
export function troublesOf({
  sourceTroubles,
  refusedPlan,
}: Pick<EngineStatus, 'sourceTroubles' | 'refusedPlan'>): { readonly text: string; readonly about: string }[] {
  const count = sourceTroubles.length;
  const named = sourceTroubles
    .slice(0, NAMED_AT_MOST)
    .map(({ path, trouble }) => `${path.split(/[/\\]/).at(-1)}: ${TROUBLE_WORDS[trouble]}`);
  const files = {
    text: count === 1 ? '1 file in trouble' : `${count} files in trouble`,
    about: [
      'Clips of these files are silent as far as they have to be:',
      ...named,
      ...(count > NAMED_AT_MOST ? [`and ${count - NAMED_AT_MOST} more`] : []),
    ].join('\n'),
  };
  const plan = refusedPlan && {
    text: 'edit not played',
    about: `The last edit could not be played, and what was before it plays on: ${refusedPlan.message} ${refusedPlan.remedy}`,
  };
  return [...(count > 0 ? [files] : []), ...(plan ? [plan] : [])];
}

/** The open or wanted devices by name; one name where both ways are the same device. */
export function devicesOf(status: Pick<EngineStatus, 'input' | 'output'>): string {
  const names = [status.input?.name, status.output?.name].filter((name) => name !== undefined);
  return [...new Set(names)].join(' → ');
}

export function kilohertz(sampleRate: number): string {
  return `${sampleRate / 1000} kHz`;
}

/** A buffer as it is chosen: 0 is left to the driver. */
export function bufferWords(framesPerBuffer: number, sampleRate: number): string {
  if (framesPerBuffer === 0) return 'as the driver likes';
  const milliseconds = sampleRate > 0 ? ` (${figure((framesPerBuffer / sampleRate) * 1000, 1)} ms)` : '';
  return `${framesPerBuffer} samples${milliseconds}`;
}

/** Samples with the time they take. */
export function samplesAndTime(samples: number, sampleRate: number): string {
  const milliseconds = sampleRate > 0 ? ` (${figure((samples / sampleRate) * 1000, 2)} ms)` : '';
  return `${samples.toLocaleString('en-US')} ${Math.abs(samples) === 1 ? 'sample' : 'samples'}${milliseconds}`;
}

/** Round trip as the driver tells it: what recordings are shifted by where nothing was measured. */
export function reportedRoundTrip({ reportedLatencySamples: { input, output } }: EngineStatus): number {
  return input + output;
}

/** How recordings of the open device find their place. */
export function calibrationWords(status: EngineStatus): { readonly text: string; readonly isMeasured: boolean } {
  if (status.roundTripSamples !== null)
    return {
      text: `Calibrated: recordings are moved by ${samplesAndTime(status.roundTripSamples, status.sampleRate)}.`,
      isMeasured: true,
    };
  return {
    text: `Not calibrated at this rate and buffer: recordings land by what the driver reports, ${samplesAndTime(reportedRoundTrip(status), status.sampleRate)}.`,
    isMeasured: false,
  };
}

/** A gain as it is set: the lowest place of a fader is silence. */
export function gainWords(gainDb: number): string {
  return gainDb <= FADER_FLOOR_DB ? 'off' : `${figure(gainDb, 1, gainDb > 0 ? 'always' : 'negative')} dB`;
}

/** The lowest place of a fader, and what it stands for. */
export const FADER_FLOOR_DB = -60;
export const SILENCE_DB = -144;

export function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${figure(bytes / 1e6)} MB` : `${figure(bytes / 1e9, 1)} GB`;
}
