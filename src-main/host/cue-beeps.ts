import { beepLength, beepStarts } from '../../src-shared/engine/cue-beeps.ts';
import type { BeepSettings } from '../../src-shared/engine/live-engine.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import { linearGain } from '../engine/plan-compiler.ts';
import type { NativeScene } from '../engine/process/native-engine.ts';

/** The beeps before a line, from when they are asked for until what rolled then has stopped. */
export class CueBeeps {
  private line: number | null = null;
  private hasRolled = false;

  get lineSample(): number | null {
    return this.line;
  }

  /** Before this line; null: none. */
  before(lineSample: number | null): void {
    this.line = lineSample;
    this.hasRolled = false;
  }

  /** How the transport is now. True once, when the roll that they were for has ended. */
  hasEnded(isRolling: boolean): boolean {
    if (this.line === null) return false;
    if (isRolling) this.hasRolled = true;
    return this.hasRolled && !isRolling;
  }

  /** As the engine makes them. */
  tones(settings: BeepSettings, clock: ProjectClock | null): NativeScene['beeps'] {
    if (this.line === null || !settings.on || !clock) return [];
    const { frequencyHz, gainDb } = settings;
    const tone = { frequencyHz, lengthSamples: beepLength(settings, clock), gain: linearGain(gainDb) };
    return beepStarts(this.line, settings, clock).map((timelineSample) => ({ ...tone, timelineSample }));
  }
}

/** How long before the line the first begins; 0 where they are off. */
export function beepLeadSamples(settings: BeepSettings, clock: ProjectClock): number {
  return settings.on ? -(beepStarts(0, settings, clock)[0] ?? 0) : 0;
}

/** So that every beep before the line is heard, but never from before the timeline's start because of them. */
export function earlyEnough(startSample: number, lineSample: number, beepLeadSamples: number): number {
  return beepLeadSamples === 0 ? startSample : Math.min(startSample, Math.max(0, lineSample - beepLeadSamples));
}
