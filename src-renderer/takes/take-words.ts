import type { TakeRow } from '../../src-shared/model/rows.ts';
import { type ProjectClock, timecodeAt } from '../../src-shared/time/timecode.ts';
import { punchOf, type TakeScope } from './takes-here.ts';

/** What the list of takes says. */

/** `3.2 s`, from a minute on `1:03 min`. */
export function secondsText(samples: number, sampleRate: number): string {
  const seconds = samples / sampleRate;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} min`;
}

export type TakeFigures = { readonly at: string; readonly length: string };

/** Where it was punched and how long; dashes while it is being recorded. */
export function takeFigures(take: TakeRow, clock: ProjectClock): TakeFigures {
  const punch = punchOf(take);
  if (!punch) return { at: '--:--:--:--', length: '' };
  return {
    at: timecodeAt(punch.fromSample, clock),
    length: secondsText(punch.toSample - punch.fromSample, clock.sampleRate),
  };
}

/** Where the takes that are listed lie. */
export function scopeText(scope: TakeScope, nameOf: (trackId: number) => string): string {
  const [first] = scope.spansByTrack.keys();
  const tracks =
    scope.spansByTrack.size === 1 && first !== undefined ? nameOf(first) : `${scope.spansByTrack.size} tracks`;
  if (scope.kind === 'track') return tracks;
  return scope.kind === 'range' ? `Range on ${tracks}` : `Under the selection on ${tracks}`;
}

/** Names of the device's inputs that a take was recorded from. */
export function inputNames({ inputChannels }: TakeRow): readonly string[] {
  try {
    const names: unknown = JSON.parse(inputChannels);
    if (Array.isArray(names)) return names.map(String);
  } catch {
    // A list that cannot be read says nothing.
  }
  return [];
}

/** Read out as one line. */
export function describeTake(take: TakeRow, usage: 'whole' | 'part' | 'none', clock: ProjectClock): string {
  const { at, length } = takeFigures(take, clock);
  const words = [`take ${take.number}, ${take.name}`, `pass ${take.pass}`];
  if (take.state === 'recording') words.push('being recorded');
  else words.push(at, length);
  if (take.state === 'recovered') words.push('recovered');
  if (usage !== 'none') words.push(usage === 'whole' ? 'on the timeline' : 'partly on the timeline');
  if (take.circled) words.push('circled');
  if (take.rating > 0) words.push(`rated ${take.rating} of 5`);
  return words.join(', ');
}
