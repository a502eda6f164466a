import { describe, expect, test } from 'vitest';
import { parseCommand } from '../../../src-shared/edit/parse-command.ts';
import { bounceRequestSchema, newProjectSchema } from '../../../src-shared/rpc/schemas.ts';
import { isReadableEvidence } from '../../../src-shared/sync/sync-evidence.ts';
import { FRAME_RATES } from '../../../src-shared/time/frame-rate.ts';
import { pictureFields, sourceFields } from '../../support/document-samples.ts';
import { evidenceText, type MatchFields, proposedMatch } from '../../support/sync-document.ts';

const messageOf = (input: unknown): string => {
  try {
    parseCommand(input);
  } catch (error) {
    expect(error).toMatchObject({ code: 'command.invalid' });
    return (error as Error).message;
  }
  return '';
};

describe('a command that cannot be understood', () => {
  test('is told by its field, alone and in a batch', () => {
    expect(messageOf({ kind: 'clip.gain', clipIds: [1], gainDb: 99 })).toContain('gainDb: ');
    expect(messageOf({ kind: 'clip.gain', clipIds: [], gainDb: 'loud' })).toMatch(/clipIds: .*; gainDb: /);
    const batch = { kind: 'batch', label: 'x', commands: [{ kind: 'marker.add', atSample: -1, name: 'M' }] };
    expect(messageOf(batch)).toContain('commands.0.atSample: ');
  });

  test('is told as such where its kind is unknown or there is none', () => {
    expect(messageOf({ kind: 'clip.explode' })).toContain('kind: ');
    for (const input of [null, 7, 'clip.gain', [], {}]) expect(messageOf(input)).not.toBe('');
  });
});

describe('names', () => {
  test.each(['one\ntwo', 'bell\u0007', 'escape\u001b[31m', 'line\u2028separator', 'nul\0'])(
    'are one line: %j',
    (name) => {
      expect(messageOf({ kind: 'track.add', name })).toContain('name: must be one line');
      expect(messageOf({ kind: 'marker.add', atSample: 0, name })).toContain('name: ');
      expect(messageOf({ kind: 'batch', label: name, commands: [{ kind: 'track.add', name: 'A' }] })).toContain(
        'label: ',
      );
      expect(bounceRequestSchema.shape.name.safeParse(name).success).toBe(false);
    },
  );

  test('that a file brings along become one line', () => {
    const command = parseCommand({
      kind: 'source.add',
      source: sourceFields({ name: 'A\n001', scene: 'Sc\t12', metadata: '{"a":"b\\n"}' }),
      picture: null,
    });
    expect(command).toMatchObject({ source: { name: 'A 001', scene: 'Sc 12', metadata: '{"a":"b\\n"}' } });
  });

  test('are not comments, which may have lines, nor short of any letter', () => {
    expect(messageOf({ kind: 'marker.add', atSample: 0, name: 'é🎬 “x” ñ', comment: 'one\ntwo' })).toBe('');
  });
});

describe('a sync result', () => {
  const matches = (fields: Partial<MatchFields>) =>
    messageOf({ kind: 'sync.propose', matches: [proposedMatch(1, 2, fields)] });

  test('lies within what clocks and timelines do, before anything is made of it', () => {
    expect(matches({ driftPpm: -10_000, offsetSamplesAt48k: 2 ** 45 })).toBe('');
    expect(matches({ driftPpm: 10_001 })).toContain('driftPpm: ');
    expect(matches({ driftPpm: -1e6 })).toContain('driftPpm: ');
    expect(matches({ offsetSamplesAt48k: 1e300 })).toContain('offsetSamplesAt48k: ');
    expect(matches({ clockOffsetSamplesAt48k: -1e300 })).toContain('clockOffsetSamplesAt48k: ');
    const derivation = { fromSample: 0, driftPpm: 20_000 };
    const corrected = [{ matchId: 1, source: sourceFields({ name: 'T' }), derivation }];
    expect(messageOf({ kind: 'sync.accept', matchIds: [1], corrected })).toContain('driftPpm: ');
    expect(messageOf({ kind: 'sync.adjust', matchIds: [1], nudgeBySamplesAt48k: 1e300 })).toContain('nudge');
  });

  test.each([{ fromSeconds: 1e9 }, { offsetSamplesAt48k: 1e300 }, { driftPpm: 1e6 }])(
    'cannot have a piece with %j',
    (beyond) => {
      const piece = { fromSeconds: 5, offsetSamplesAt48k: 0, driftPpm: 0 };
      expect(isReadableEvidence(evidenceText({ segments: [piece] }))).toBe(true);
      expect(isReadableEvidence(evidenceText({ segments: [{ ...piece, ...beyond }] }))).toBe(false);
    },
  );
});

describe('frame rates', () => {
  const projectRate = (numerator: number, denominator: number) =>
    messageOf({ kind: 'project.update', frameRate: { numerator, denominator, drop: false } });

  test('of a project are those of the list', () => {
    for (const { numerator, denominator } of Object.values(FRAME_RATES))
      expect(projectRate(numerator, denominator)).toBe('');
    expect(projectRate(48, 2)).toBe('');
    expect(projectRate(13, 1)).toContain('frameRate: must be one of 23.976, 24, 25');
    expect(projectRate(Number.MAX_SAFE_INTEGER, 1)).toContain('frameRate.numerator');
    const fields = { name: 'R', parentFolder: '/x', sampleRate: 48000, startFrame: 0 };
    const made = (numerator: number) =>
      newProjectSchema.safeParse({ ...fields, frameRate: { numerator, denominator: 1, drop: false } }).success;
    expect([made(25), made(13)]).toEqual([true, false]);
  });

  test('of a picture are bounded, and so is its length', () => {
    const picture = (fields: object) =>
      messageOf({ kind: 'source.add', source: null, picture: { ...pictureFields({ name: 'P' }), ...fields } });
    expect(picture({ frameRateNumerator: 1000, frameRateDenominator: 1 })).toBe('');
    expect(picture({ frameRateNumerator: 1, frameRateDenominator: 10 })).toBe('');
    expect(picture({ frameRateNumerator: 1001, frameRateDenominator: 1 })).toContain('picture: the frame rate');
    expect(picture({ frameRateNumerator: 2 ** 40 })).toContain('picture.frameRateNumerator');
    expect(picture({ frameRateNumerator: 1, frameRateDenominator: 1_000_000_000 })).toContain('picture: ');
    expect(picture({ frameCount: Number.MAX_SAFE_INTEGER })).toContain('picture: ');
  });
});
