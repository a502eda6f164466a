import type { BounceRequest } from '../../src-shared/rpc/schemas.ts';

/** What a person has chosen in the bounce dialog. */
export type BounceDraft = {
  readonly name: string;
  /** '' is the project's own `Bounces` folder. */
  readonly folder: string;
  readonly range: 'reel' | 'selection';
  readonly contents: BounceRequest['contents'];
  readonly selectedTracksOnly: boolean;
  readonly layout: BounceRequest['layout'];
  readonly sampleFormat: BounceRequest['sampleFormat'];
  readonly dither: boolean;
};

export type Span = { readonly fromSample: number; readonly toSample: number };

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be in a name.
const FORBIDDEN_IN_NAMES = /[\u0000-\u001f<>:"/\\|?*]/;

const MOST_CHARACTERS = 150;

/** The request that a draft means, or what is wrong with it. 32-bit float is never dithered. */
export function bounceRequest(
  draft: BounceDraft,
  reel: Span | null,
  selection: Span | null,
  trackIds: readonly number[],
): { readonly request: BounceRequest; readonly problem: null } | { readonly request: null; readonly problem: string } {
  const span = draft.range === 'selection' ? selection : reel;
  const name = draft.name.trim();
  if (!span) return wrong(draft.range === 'selection' ? 'Nothing is selected.' : 'The timeline is empty.');
  if (name === '') return wrong('Give the bounce a name.');
  if (name.length > MOST_CHARACTERS) return wrong(`A name has at most ${MOST_CHARACTERS} characters.`);
  if (FORBIDDEN_IN_NAMES.test(name)) return wrong('Leave out / \\ : * ? " < > | : other systems cannot store them.');
  const onlySome = draft.contents === 'tracks' && draft.selectedTracksOnly;
  if (onlySome && trackIds.length === 0) return wrong('No clip is selected, so there is no track to take.');
  return {
    request: {
      name,
      ...(draft.folder ? { folder: draft.folder } : {}),
      fromSample: span.fromSample,
      toSample: span.toSample,
      contents: draft.contents,
      ...(onlySome ? { trackIds: [...trackIds] } : {}),
      layout: draft.layout,
      sampleFormat: draft.sampleFormat,
      dither: draft.sampleFormat !== 'f32' && draft.dither,
    },
    problem: null,
  };
}

/**
 * The name with the next number behind it: `Reel 1`, `Reel 1 (2)`, `Reel 1 (3)`, so that it is not taken for another
 * reel; shortened where it would be too long.
 */
export function numberedName(name: string): string {
  const [, stem, number] = /^(.*?)(?: \((\d{1,4})\))?$/s.exec(name) as unknown as [string, string, string | undefined];
  const suffix = ` (${Number(number ?? '1') + 1})`;
  const cut = stem.slice(0, MOST_CHARACTERS - suffix.length);
  return cut.replace(/[\ud800-\udbff]$/, '') + suffix; // never half of a character of two units
}

function wrong(problem: string): { request: null; problem: string } {
  return { request: null, problem };
}
