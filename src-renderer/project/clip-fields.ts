import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { ClipRow } from '../../src-shared/model/rows.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import { positionOfEntry } from '../../src-shared/time/timecode-entry.ts';

/** The one value that all rows share; null where they differ or there are none. */
export function shared<R, V>(rows: readonly R[], pick: (row: R) => V): V | null {
  const first = rows[0];
  if (first === undefined) return null;
  const value = pick(first);
  return rows.every((row) => pick(row) === value) ? value : null;
}

/** Reads a gain as typed: `-3`, `+1.5 dB`, `−6`; null when it is none or outside −144 to +24 dB. */
export function parseGainDb(text: string): number | null {
  const match = /^\s*([+\-−]?)\s*(\d{1,3}(?:[.,]\d+)?)\s*(?:dB)?\s*$/i.exec(text);
  if (!match) return null;
  const gain = Number(match[2]!.replace(',', '.')) * (match[1] === '' || match[1] === '+' ? 1 : -1);
  return gain >= -144 && gain <= 24 ? gain : null;
}

/** A gain as it is shown. */
export function gainLabel(gainDb: number): string {
  const rounded = Math.round(gainDb * 100) / 100;
  return `${rounded < 0 ? '−' : rounded > 0 ? '+' : ''}${Math.abs(rounded)} dB`;
}

/** Reads a length of time as typed: `120 ms`, `0.5 s`, `12 f` or plain frames, `4800 sa`; in samples, null when it is none. */
export function parseDuration(text: string, clock: ProjectClock): number | null {
  const match = /^\s*(\d{1,9}(?:[.,]\d+)?)\s*(ms|s|f|fr|frames|sa|samples)?\s*$/i.exec(text);
  if (!match) return null;
  const value = Number(match[1]!.replace(',', '.'));
  const unit = (match[2] ?? 'f').toLowerCase();
  const { frameRate, sampleRate } = clock;
  if (unit === 'ms') return Math.round((value * sampleRate) / 1000);
  if (unit === 's') return Math.round(value * sampleRate);
  if (unit.startsWith('f')) return Math.round((value * sampleRate * frameRate.denominator) / frameRate.numerator);
  return Math.round(value);
}

/** A short length of time in milliseconds, as fades are read. */
export function durationLabel(samples: number, sampleRate: number): string {
  const milliseconds = (samples * 1000) / sampleRate;
  return `${milliseconds < 100 ? Math.round(milliseconds * 10) / 10 : Math.round(milliseconds)} ms`;
}

/**
 * The command that moves a clip to a typed timecode (`start`), or trims its start (`in`) or end (`out`) to it; a distance
 * with a sign counts from there. Null when the text is none.
 */
export function timecodeCommand(
  text: string,
  field: 'start' | 'in' | 'out',
  clip: ClipRow,
  clock: ProjectClock,
): CommandInput | null {
  const edge = field === 'out' ? clip.startSample + clip.lengthSamples : clip.startSample;
  const position = positionOfEntry(text, clock, edge);
  if (typeof position !== 'number' || position < 0) return null;
  if (field === 'start') return { kind: 'clip.move', clipIds: [clip.id], deltaSamples: position - edge };
  return {
    kind: 'clip.trim',
    clipIds: [clip.id],
    edge: field === 'in' ? 'start' : 'end',
    deltaSamples: position - edge,
  };
}
