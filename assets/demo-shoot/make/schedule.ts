/**
 * The shooting day of "Lamplight", a film that does not exist: who speaks what, when each machine rolled, and how
 * wrong each camera's clock is. Everything else in this folder follows from it. Times are samples at 48 kHz on the
 * recorder's clock, which is the day's reference.
 */

export const SAMPLE_RATE = 48_000;
/** Pictures run at 24000/1001, so a frame is exactly 2002 samples. */
export const FRAME_SAMPLES = 2002;
export const FRAME_RATE = { numerator: 24_000, denominator: 1001, drop: false } as const;

export type Speaker = 'mara' | 'theo' | 'crew';
type Line = { readonly speaker: 'mara' | 'theo'; readonly text: string };

export const SCENES: Readonly<Record<string, readonly Line[]>> = {
  '12': [
    { speaker: 'mara', text: 'You left the lamp burning again.' },
    { speaker: 'theo', text: 'I left it for the boats.' },
    { speaker: 'mara', text: 'There are no boats tonight. Listen.' },
    { speaker: 'theo', text: 'That is what worries me. It is far too quiet.' },
    { speaker: 'mara', text: 'Drink your tea. The sea will wait until morning.' },
    { speaker: 'theo', text: 'The sea never waits for anyone, Mara.' },
  ],
  '13': [
    { speaker: 'theo', text: 'There. Do you see the mast, just past the rocks?' },
    { speaker: 'mara', text: 'I see it. They followed the light.' },
    { speaker: 'theo', text: 'So I may leave the lamp on?' },
    { speaker: 'mara', text: 'Every night, if you like. But you make the tea.' },
  ],
};

/** One performance: retakes speak the same lines at another pace, pitch and with other pauses. */
export type Take = {
  readonly scene: string;
  readonly take: string;
  /** What the slate calls; null for a take that nobody slated. */
  readonly slateCall: string | null;
  /** Where the slate call starts, seconds after the roll does. */
  readonly fromSeconds: number;
  readonly wordsPerMinute: number;
  readonly pitchShift: number;
  readonly seed: number;
};

/** A stretch of time with performances in it. Each but the rehearsal is one recorder file. */
export type Roll = {
  readonly name: string;
  /** The recorder file that it became; null: nobody pressed record. */
  readonly recorderFile: {
    readonly scene: string;
    readonly take: string;
    readonly circled: boolean;
    readonly note: string;
  } | null;
  /** Timecode at which the roll starts. */
  readonly startTimecode: string;
  readonly room: 'kitchen' | 'gallery';
  readonly takes: readonly Take[];
};

export const ROLLS: readonly Roll[] = [
  {
    name: '12T01',
    recorderFile: { scene: '12', take: '1', circled: false, note: 'Theo late on the last line' },
    startTimecode: '10:12:08:00',
    room: 'kitchen',
    takes: [
      {
        scene: '12',
        take: '1',
        slateCall: 'Scene twelve, take one.',
        fromSeconds: 4,
        wordsPerMinute: 158,
        pitchShift: 0,
        seed: 11,
      },
    ],
  },
  {
    name: '12T02',
    recorderFile: { scene: '12', take: '2', circled: true, note: '' },
    startTimecode: '10:15:31:12',
    room: 'kitchen',
    takes: [
      {
        scene: '12',
        take: '2',
        slateCall: 'Scene twelve, take two.',
        fromSeconds: 3.6,
        wordsPerMinute: 171,
        pitchShift: 4,
        seed: 12,
      },
    ],
  },
  {
    name: '13T01',
    recorderFile: { scene: '13', take: '1', circled: false, note: 'gull on line 2' },
    startTimecode: '11:02:44:05',
    room: 'gallery',
    takes: [
      {
        scene: '13',
        take: '1',
        slateCall: 'Scene thirteen, take one.',
        fromSeconds: 4.3,
        wordsPerMinute: 154,
        pitchShift: 2,
        seed: 13,
      },
    ],
  },
  {
    name: '13T02',
    recorderFile: { scene: '13', take: '2', circled: true, note: 'kept rolling into take 3' },
    startTimecode: '11:07:10:18',
    room: 'gallery',
    takes: [
      {
        scene: '13',
        take: '2',
        slateCall: 'Scene thirteen, take two.',
        fromSeconds: 3.8,
        wordsPerMinute: 166,
        pitchShift: -2,
        seed: 14,
      },
      {
        scene: '13',
        take: '3',
        slateCall: 'Take three.',
        fromSeconds: 28.5,
        wordsPerMinute: 176,
        pitchShift: 5,
        seed: 15,
      },
    ],
  },
  {
    name: 'rehearsal',
    recorderFile: null,
    startTimecode: '10:58:02:00',
    room: 'gallery',
    takes: [
      { scene: '13', take: 'R', slateCall: null, fromSeconds: 0.5, wordsPerMinute: 162, pitchShift: 1, seed: 16 },
    ],
  },
];

/** `clockErrorPpm` > 0: the camera's clock is slow, its second lasts longer than the recorder's. */
export type Camera = {
  readonly letter: 'A' | 'B';
  readonly clockErrorPpm: number;
  /** Camera A is jammed to the recorder's timecode and is this late within a frame; camera B has none. */
  readonly timecodePhaseSamples: number | null;
};

export const CAMERAS: Readonly<Record<'A' | 'B', Camera>> = {
  A: { letter: 'A', clockErrorPpm: 18, timecodePhaseSamples: 700 },
  B: { letter: 'B', clockErrorPpm: -27, timecodePhaseSamples: null },
};

export type CameraClip = {
  readonly name: string;
  readonly camera: 'A' | 'B';
  readonly container: 'mov' | 'mp4';
  /** The roll whose sound it heard and the take that it shows; null for the silent insert. */
  readonly roll: string | null;
  readonly take: string | null;
  /** Camera start, seconds after the roll's (of camera B: to the sample, since nothing holds it to a frame). */
  readonly startSeconds: number;
  /** Seconds that it runs after the last word of its take, or in all for the silent insert. */
  readonly tailSeconds: number;
  readonly insertTimecode?: string;
};

export const CLIPS: readonly CameraClip[] = [
  { name: 'A001C001', camera: 'A', container: 'mov', roll: '12T01', take: '1', startSeconds: 2.3, tailSeconds: 1.7 },
  { name: 'A001C002', camera: 'A', container: 'mov', roll: '12T02', take: '2', startSeconds: 1.9, tailSeconds: 1.9 },
  { name: 'A001C003', camera: 'A', container: 'mov', roll: '13T01', take: '1', startSeconds: 2.8, tailSeconds: 1.6 },
  { name: 'A001C004', camera: 'A', container: 'mov', roll: '13T02', take: '2', startSeconds: 2.2, tailSeconds: 1.5 },
  { name: 'A001C005', camera: 'A', container: 'mov', roll: '13T02', take: '3', startSeconds: 27.2, tailSeconds: 1.8 },
  {
    name: 'A001C006',
    camera: 'A',
    container: 'mov',
    roll: null,
    take: null,
    startSeconds: 0,
    tailSeconds: 9,
    insertTimecode: '11:21:40:00',
  },
  {
    name: 'B001C001',
    camera: 'B',
    container: 'mp4',
    roll: '12T02',
    take: '2',
    startSeconds: 2.417_83,
    tailSeconds: 1.2,
  },
  {
    name: 'B001C002',
    camera: 'B',
    container: 'mp4',
    roll: '13T01',
    take: '1',
    startSeconds: 2.113_47,
    tailSeconds: 1.1,
  },
  { name: 'B001C003', camera: 'B', container: 'mp4', roll: 'rehearsal', take: 'R', startSeconds: 0.2, tailSeconds: 1 },
];

/** Samples since midnight of a non-drop label at 24000/1001. */
export function samplesOfTimecode(label: string): number {
  return framesOfTimecode(label) * FRAME_SAMPLES;
}

/** Frames since midnight of a non-drop label that counts 24 to the second. */
export function framesOfTimecode(label: string): number {
  const [hours = 0, minutes = 0, seconds = 0, frames = 0] = label.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 24 + frames;
}

/** The label of a frame counted from midnight. */
export function timecodeOfFrames(frame: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.floor(frame / 24);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}:${two(frame % 24)}`;
}
