import { fitDrift } from './drift-fit.ts';

/** A timecode word read from sound: its label, and where it lies in seconds of the sound's own clock. */
export type LtcReading = {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly frames: number;
  readonly dropFrame: boolean;
  readonly atSeconds: number;
  readonly lengthSeconds: number;
};

/** The clock that a timecode signal tells: seconds since midnight at second 0 of the sound, and its speed. */
export type LtcClock = {
  readonly secondsAtZero: number;
  /** Timecode seconds pass this much faster than the sound's own, parts per million. */
  readonly driftPpm: number;
  readonly framesPerSecond: number;
  readonly words: number;
};

const rates = [
  { base: 24, framesPerSecond: 24000 / 1001 },
  { base: 24, framesPerSecond: 24 },
  { base: 25, framesPerSecond: 25 },
  { base: 30, framesPerSecond: 30000 / 1001 },
  { base: 30, framesPerSecond: 30 },
];

/** The fit compares words pairwise; more than these tell it nothing new. */
const mostFitted = 300;

/** Frames since midnight of a label; drop-frame leaves out labels 0 and 1 each minute but every tenth. */
function frameNumber(word: LtcReading, base: number): number {
  const minutes = word.hours * 60 + word.minutes;
  const frames = (minutes * 60 + word.seconds) * base + word.frames;
  return word.dropFrame && base === 30 ? frames - 2 * (minutes - Math.floor(minutes / 10)) : frames;
}

/**
 * The clock behind words of timecode. The rate is the one whose frames are as long as the words (the clocks of two
 * machines differ by far less than 24 and 23.976 frames a second do). Null with fewer than five words that agree.
 */
export function readLtcClock(words: readonly LtcReading[]): LtcClock | null {
  if (words.length < 5) return null;
  const lengths = words.map((word) => word.lengthSeconds).sort((a, b) => a - b);
  const length = lengths[lengths.length >> 1]!;
  const mostFrames = Math.max(...words.map((word) => word.frames));
  const drop = words.some((word) => word.dropFrame);
  const possible = rates.filter((rate) => mostFrames < rate.base && (!drop || rate.base === 30));
  const rate = possible.reduce<(typeof rates)[number] | null>((best, next) => {
    const distance = Math.abs(next.framesPerSecond * length - 1);
    return !best || distance < Math.abs(best.framesPerSecond * length - 1) ? next : best;
  }, null);
  if (!rate || Math.abs(rate.framesPerSecond * length - 1) > 0.02) return null;
  const middle = words[words.length >> 1]!.atSeconds;
  const reference = frameNumber(words[words.length >> 1]!, rate.base) / rate.framesPerSecond;
  const every = Math.ceil(words.length / mostFitted);
  const fitted = words.filter((_, index) => index % every === 0);
  const fit = fitDrift(
    fitted.map((word) => ({
      seconds: word.atSeconds - middle,
      lagSeconds: frameNumber(word, rate.base) / rate.framesPerSecond - reference - (word.atSeconds - middle),
      weight: 1,
    })),
  );
  if (!fit || fit.supporting < 5 || fit.supporting < fitted.length / 2) return null;
  if (Math.abs(fit.slope) > 0.003 || fit.spreadSeconds > 0.001) return null;
  return {
    secondsAtZero: reference + fit.interceptSeconds - middle * (1 + fit.slope),
    driftPpm: fit.slope * 1e6,
    framesPerSecond: rate.framesPerSecond,
    words: words.length,
  };
}
