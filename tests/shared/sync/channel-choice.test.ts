import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseChannel, microphoneKind, type TrackMeasure } from '../../../src-shared/sync/channel-choice.ts';
import { invertedChannels } from '../../../src-shared/sync/inverted-channels.ts';
import { syncEvidenceSchema } from '../../../src-shared/sync/sync-evidence.ts';

function track(measured: Partial<TrackMeasure> = {}): TrackMeasure {
  return {
    levelDbfs: -18,
    snrDb: 34,
    directToReverberantDb: 10,
    clippedSamples: 0,
    clippedRuns: 0,
    polarity: 1,
    delaySeconds: 0,
    copyOf: null,
    sum: false,
    aloneShare: 0,
    ...measured,
  };
}

const clips = (runs: number) => ({ clippedRuns: runs, clippedSamples: 6 * runs });

type Case = { boom?: Partial<TrackMeasure>; lav?: Partial<TrackMeasure>; wanted: string; because: RegExp };
const lavOf = (measured: Partial<TrackMeasure>) => track({ directToReverberantDb: 14, ...measured });

describe('the microphone suggested for a clip', () => {
  it.each<[string, Case]>([
    ['the boom where both are clean', { wanted: 'Boom', because: /^Boom: clean \(34 dB/ }],
    [
      'the boom though the lavalier is drier and a little cleaner',
      { lav: { snrDb: 39 }, wanted: 'Boom', because: /Lav 1 is drier and 5 dB cleaner/ },
    ],
    [
      'the lavalier where the boom is noisy',
      {
        boom: { snrDb: 16 },
        lav: { snrDb: 27 },
        wanted: 'Lav 1',
        because: /^Lav 1: 11 dB more signal over noise than Boom/,
      },
    ],
    [
      'the lavalier where the boom is far',
      { boom: { directToReverberantDb: 2 }, wanted: 'Lav 1', because: /12 dB drier than Boom/ },
    ],
    [
      'the lavalier where the boom clips',
      { boom: clips(31), wanted: 'Lav 1', because: /no clipping; Boom clips 31 times/ },
    ],
    [
      'the boom where the lavalier rustles, though it is less clean',
      { boom: { snrDb: 24 }, lav: { aloneShare: 0.05 }, wanted: 'Boom', because: /cloth or handling/ },
    ],
    [
      'the boom where the lavalier clips',
      {
        boom: { snrDb: 18 },
        lav: clips(80),
        wanted: 'Boom',
        because: /no clipping; Lav 1 is drier and 16 dB cleaner but clips 80 times/,
      },
    ],
    [
      'a noisy but drier boom is told as such',
      {
        boom: { snrDb: 15, directToReverberantDb: 14 },
        lav: { snrDb: 36, directToReverberantDb: 11 },
        wanted: 'Lav 1',
        because: /21 dB more signal over noise than Boom; Boom is drier but is noisy/,
      },
    ],
  ])('is %s', (_, { boom = {}, lav = {}, wanted, because }) => {
    const names = ['Boom', 'Lav 1'];
    const { suggestedChannel, suggestionReason } = chooseChannel([track(boom), lavOf(lav)], names);
    expect(names[suggestedChannel!]).toBe(wanted);
    expect(suggestionReason).toMatch(because);
  });

  it('is the best of several lavaliers where there is no boom', () => {
    const { suggestedChannel, suggestionReason } = chooseChannel(
      [lavOf({ snrDb: 12, levelDbfs: -40 }), lavOf({ snrDb: 33 }), lavOf({ snrDb: 20 })],
      ['Lav A', 'Lav B', 'Lav C'],
    );
    expect(suggestedChannel).toBe(1);
    expect(suggestionReason).toBe('Lav B: 13 dB more signal over noise than Lav C.');
  });

  it('is a microphone before the mixdown of it, whether a name or its sound tells the mixdown', () => {
    for (const [names, sum] of [
      [['MixL', 'Boom', 'Lav'], false],
      [[], true],
    ] as const) {
      const choice = chooseChannel([track({ snrDb: 40, sum }), track(), lavOf({})], names);
      expect(choice.tracks[0]).toMatchObject({ mixdown: true, remark: expect.stringContaining('mixdown') });
      expect(choice.suggestedChannel).not.toBe(0);
    }
  });

  it('believes a name before the sound in what is a mixdown', () => {
    const sums = chooseChannel([track(), track({ sum: true }), lavOf({ sum: true })], ['Mix', 'Boom', '']);
    expect(sums.tracks.map(({ mixdown }) => mixdown)).toEqual([true, false, false]);
    expect(chooseChannel([track({ sum: true }), lavOf({})], ['Boom', 'Lav']).tracks[0]!.mixdown).toBe(false);
  });

  it('is the mixdown where nothing else has sound, and says so', () => {
    const choice = chooseChannel([track(), track({ levelDbfs: -144, snrDb: 0 })], ['Mix', 'Boom']);
    expect(choice).toMatchObject({ suggestedChannel: 0, suggestionReason: expect.stringContaining('mixdown') });
  });

  it('is nothing where there is one track, or only silence or timecode', () => {
    const silent = track({ levelDbfs: -144, snrDb: 0, directToReverberantDb: null });
    expect(chooseChannel([track()]).suggestedChannel).toBeNull();
    expect(chooseChannel([silent, silent]).suggestedChannel).toBeNull();
    expect(chooseChannel([silent, track()], ['Boom', 'TC']).suggestedChannel).toBeNull();
    expect(chooseChannel([silent, track()], ['Boom', 'TC']).tracks.map(({ remark }) => remark)).toEqual([
      'silent',
      'timecode',
    ]);
  });

  it('names a track by its number where the recordist gave no name', () => {
    const { suggestionReason } = chooseChannel([track({ snrDb: 14 }), track()]);
    expect(suggestionReason).toBe('Track 2: 20 dB more signal over noise than track 1.');
  });

  it('is the original and not its copy', () => {
    const choice = chooseChannel([track(), track({ copyOf: 0 })], ['Boom', '']);
    expect(choice.suggestedChannel).toBe(0);
    expect(choice.tracks[1]!.remark).toContain('the same sound as Boom');
  });
});

describe('a remark on a microphone', () => {
  it.each<[string, Partial<TrackMeasure>, string]>([
    ['is silent', { levelDbfs: -144 }, 'silent'],
    ['clips', clips(31), 'clips 31 times, dry'],
    ['clips very often', clips(42_921), 'clips 42,921 times, dry'],
    ['clipped once', clips(1), 'clips once, dry'],
    ['is inverted', { polarity: -1 }, 'inverted against the camera, clean, dry'],
    ['is noisy and far', { snrDb: 15, directToReverberantDb: 1 }, 'noisy, far: much of the room'],
    ['drowns', { snrDb: 7, directToReverberantDb: null }, 'hardly over its noise'],
    ['rustles', { aloneShare: 0.04 }, 'clean, dry, cloth or handling now and then'],
    ['hears another speaker', { aloneShare: 0.4 }, 'clean, dry, hears what no other does: another speaker, or wind'],
    ['is middling', { snrDb: 25, directToReverberantDb: 7 }, 'usable'],
  ])('that %s says so', (_, measured, remark) => {
    const beside = track({ directToReverberantDb: 10.4 });
    expect(chooseChannel([beside, track(measured)]).tracks[1]!.remark).toBe(remark);
  });

  it('says of a boom that is suggested for being clean what the reason says', () => {
    const boom = track({ snrDb: 28, directToReverberantDb: 9.5 });
    const { tracks, suggestionReason } = chooseChannel([boom, track({ snrDb: 22 })], ['Boom', 'Lav 1']);
    expect(suggestionReason).toMatch(/^Boom: clean enough \(28 dB/);
    expect(tracks[0]!.remark).toContain('clean enough');
  });

  it('tells the same figure in the reason as beside the microphone, where that is rounded from a tenth', () => {
    const measures = [track({ snrDb: 61.46, directToReverberantDb: 9.5 }), track({ snrDb: 40 })];
    const { tracks, suggestionReason } = chooseChannel(measures, ['Boom', 'Lav 1']);
    expect(tracks[0]!.snrDb).toBe(61.5);
    expect(suggestionReason).toMatch(/^Boom: clean \(62 dB/);
  });

  it('calls inverted what righting turns round: where the first microphone is, those that run with it', () => {
    const measures = [track({ directToReverberantDb: 6 }), track({ polarity: -1 }), track()];
    const { tracks } = chooseChannel(measures, ['Boom', 'Lav 1', 'Lav 2'], true);
    expect(tracks.map(({ remark }) => remark.includes('inverted'))).toEqual([true, false, true]);
    const evidence = JSON.stringify(syncEvidenceSchema.parse({ tracks }));
    expect(invertedChannels({ inverted: true, evidence }, 3)).toEqual([true, false, true]);
  });

  it('tells no delay against a mixdown, which hears each microphone when that hears itself', () => {
    const measures = [track({ sum: true }), track({ delaySeconds: 0 }), track({ delaySeconds: 0.0001 })];
    const delays = (names: string[]) => chooseChannel(measures, names).tracks.map(({ delayMs }) => delayMs);
    expect(delays(['Mix', 'Boom', 'Lav 1'])).toEqual([null, null, null]);
    expect(delays(['Boom', 'Lav 1', 'Lav 2'])).toEqual([0, 0, 0.1]);
  });

  it('names the closest of all', () => {
    const { tracks } = chooseChannel([track({ directToReverberantDb: 6 }), lavOf({})]);
    expect(tracks.map(({ remark }) => remark)).toEqual(['clean', 'clean, closest and driest']);
  });
});

describe('what a recordist calls a microphone', () => {
  it.each([
    ['Boom', 'boom'],
    ['BOOM_1', 'boom'],
    ['Boom2', 'boom'],
    ['MKH50', 'boom'],
    ['Lav 2', 'lav'],
    ['RF 1', 'lav'],
    ['wireless_anna', 'lav'],
    ['MixL', 'mixdown'],
    ['Mono Mix', 'mixdown'],
    ['TC', 'timecode'],
    ['Anna', 'unknown'],
    ['', 'unknown'],
  ])('“%s” is %s', (name, kind) => {
    expect(microphoneKind(name)).toBe(kind);
  });
});

describe('an assessment', () => {
  const measures = fc.array(
    fc.record({
      levelDbfs: fc.double({ min: -160, max: 3, noNaN: true }),
      snrDb: fc.double({ min: -1, max: 120, noNaN: true }),
      directToReverberantDb: fc.option(fc.double({ min: -10, max: 30, noNaN: true })),
      clippedRuns: fc.nat(5000),
      clippedSamples: fc.nat(50_000),
      polarity: fc.constantFrom(-1 as const, 0 as const, 1 as const),
      delaySeconds: fc.option(fc.double({ min: -0.02, max: 0.02, noNaN: true })),
      copyOf: fc.constant(null),
      sum: fc.boolean(),
      aloneShare: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it('is kept as it is told, whatever was measured', () => {
    fc.assert(
      fc.property(measures, fc.array(fc.constantFrom('Boom', 'Lav', 'Mix', 'TC', '')), (measured, names) => {
        const choice = chooseChannel(measured, names);
        const kept = syncEvidenceSchema.parse(JSON.parse(JSON.stringify(choice)));
        expect(kept).toMatchObject(choice);
        expect(choice.tracks).toHaveLength(measured.length);
        if (choice.suggestedChannel !== null) expect(choice.suggestionReason).not.toBe('');
      }),
    );
  });

  it('never falls when nothing but the signal over noise grows', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 30, noNaN: true }),
        (snrDb, more) => {
          const fitness = (value: number) =>
            chooseChannel([track({ snrDb: value }), track()], ['Boom', 'Lav']).tracks[0]!.fitness;
          expect(fitness(snrDb + more)).toBeGreaterThanOrEqual(fitness(snrDb));
        },
      ),
    );
  });
});
