import type { NewProject } from '../../src-shared/rpc/schemas.ts';
import { FRAME_RATES, type FrameRateName } from '../../src-shared/time/frame-rate.ts';
import { parseTimecode, type TimecodeProblem } from '../../src-shared/time/timecode.ts';

/** What a person has typed into the new project form. */
export type NewProjectDraft = {
  readonly name: string;
  readonly parentFolder: string;
  readonly frameRate: FrameRateName;
  readonly sampleRate: NewProject['sampleRate'];
  readonly startTimecode: string;
};

/** What is wrong, by field; an empty object when nothing is. */
export type NewProjectProblems = { readonly [K in keyof NewProjectDraft]?: string };

export const SAMPLE_RATES = [
  44100, 48000, 88200, 96000, 176400, 192000,
] as const satisfies readonly NewProject['sampleRate'][];

export const EMPTY_DRAFT: NewProjectDraft = {
  name: '',
  parentFolder: '',
  frameRate: '24',
  sampleRate: 48000,
  startTimecode: '01:00:00:00',
};

const TIMECODE_PROBLEMS: Readonly<Record<TimecodeProblem, string>> = {
  form: 'Write it as hours, minutes, seconds and frames: 01:00:00:00.',
  range: 'One of the numbers is too large for this frame rate.',
  'dropped-label': 'Drop-frame skips this label. Take the next one that exists.',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be in a name.
const FORBIDDEN_IN_NAMES = /[\u0000-\u001f<>:"/\\|?*]/;

/**
 * Checks the form. The name becomes a folder and a file on any system, so it keeps to what all of them take; the start
 * is checked at the chosen rate. Gives the request to send, or what is wrong.
 */
export function checkNewProject(
  draft: NewProjectDraft,
):
  | { readonly request: NewProject; readonly problems: null }
  | { readonly request: null; readonly problems: NewProjectProblems } {
  const problems: { -readonly [K in keyof NewProjectDraft]?: string } = {};
  const name = draft.name.trim();
  if (name === '') problems.name = 'Give the project a name.';
  else if (name.length > 100) problems.name = 'A name has at most 100 characters.';
  else if (FORBIDDEN_IN_NAMES.test(name) || /^\.|\.$/.test(name))
    problems.name = 'Leave out / \\ : * ? " < > | and a dot at either end: other systems cannot store them.';
  if (draft.parentFolder.trim() === '') problems.parentFolder = 'Choose where the project’s folder is made.';
  const frameRate = FRAME_RATES[draft.frameRate];
  const startFrame = parseTimecode(draft.startTimecode, frameRate);
  if (typeof startFrame === 'string') problems.startTimecode = TIMECODE_PROBLEMS[startFrame];
  if (typeof startFrame === 'string' || Object.keys(problems).length > 0) return { request: null, problems };
  return {
    request: {
      name,
      parentFolder: draft.parentFolder.trim(),
      frameRate: { numerator: frameRate.numerator, denominator: frameRate.denominator, drop: frameRate.drop },
      sampleRate: draft.sampleRate,
      startFrame,
    },
    problems: null,
  };
}
