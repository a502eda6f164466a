import { describe, expect, test } from 'vitest';
import {
  driftWords,
  followsWords,
  methodWords,
  microphoneWords,
  pieceWords,
} from '../../../src-renderer/project/sync-words.ts';
import { driftLabel } from '../../../src-renderer/sync/review-order.ts';
import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { matchRow, sourceRow } from '../../support/document-samples.ts';

const clip = { sourceChannel: 1, sourceInSample: 0, lengthSamples: 96_000 } as ClipRow;
const recorder = sourceRow(2, { name: 'T01', channelCount: 2, channelNames: '["Boom","Anna"]' });

describe('the inspector says of a match', () => {
  test('what spoke for it', () => {
    expect(methodWords('timecode+waveform+clap')).toBe('timecode, waveform and clap');
    expect(methodWords('by hand')).toBe('by hand');
  });

  test('what was done about its drift', () => {
    const match = matchRow(1, { status: 'accepted', driftPpm: 12.34, driftCorrection: 'cut' });
    expect(driftWords(match, recorder, driftLabel)).toBe('+12.3 ppm, cut at pauses');
    expect(driftWords(match, { ...recorder, derivedFromId: 1 }, driftLabel)).toBe('+12.3 ppm, resampled');
    expect(driftWords({ ...match, status: 'proposed' }, recorder, driftLabel)).toBe('+12.3 ppm, not corrected yet');
    expect(driftWords({ ...match, driftPpm: -0.02, driftCorrection: 'none' }, recorder, driftLabel)).toBe('none');
  });

  test('whether it follows the sound or the timecode, where there is one to tell them apart', () => {
    expect(followsWords(matchRow(1))).toBe('');
    const match = matchRow(1, { offsetSamplesAt48k: 48_000, clockOffsetSamplesAt48k: 49_128 });
    expect(followsWords(match)).toBe('the sound; the timecode is 23.5 ms off it');
    expect(followsWords({ ...match, method: 'by hand' })).toBe(
      'where it was laid by hand; the timecode is 23.5 ms off it',
    );
    expect(followsWords({ ...match, followsClock: true })).toBe('the timecode; the sound is 23.5 ms off it');
  });

  test('which piece the clip lies in where the camera lost samples', () => {
    const segments = [
      { fromSeconds: 0, offsetSamplesAt48k: 0, driftPpm: 0 },
      { fromSeconds: 10, offsetSamplesAt48k: 4800, driftPpm: 0 },
    ];
    const match = matchRow(1, { evidence: JSON.stringify({ segments }) });
    expect(pieceWords(match, clip, recorder, 48_000)).toMatch(/^1 of 2/);
    expect(pieceWords(match, { ...clip, sourceInSample: 11 * 48_000 }, recorder, 48_000)).toMatch(/^2 of 2/);
    const copy = { ...recorder, derivedFromId: 2, derivation: '{"fromSample":528000,"driftPpm":0}' };
    expect(pieceWords(match, clip, copy, 48_000)).toMatch(/^2 of 2/);
    expect(pieceWords(matchRow(1), clip, recorder, 48_000)).toBe('');
  });

  test('that clocks changed their speed where they did, and that no samples were lost there', () => {
    const segments = [
      { fromSeconds: 0, offsetSamplesAt48k: 0, driftPpm: 0 },
      { fromSeconds: 10, offsetSamplesAt48k: -0.000_02 * 10 * 48_000, driftPpm: 20 },
    ];
    const match = matchRow(1, { evidence: JSON.stringify({ segments }) });
    expect(pieceWords(match, clip, recorder, 48_000)).toBe('1 of 2: the clocks changed their speed between');
    const lost = [segments[0]!, { fromSeconds: 10, offsetSamplesAt48k: 4_800, driftPpm: 0 }];
    const losing = matchRow(1, { evidence: JSON.stringify({ segments: lost }) });
    expect(pieceWords(losing, clip, recorder, 48_000)).toBe('1 of 2: the camera lost samples between');
    const repeated = [segments[0]!, { fromSeconds: 10, offsetSamplesAt48k: -4_800, driftPpm: 0 }];
    const repeating = matchRow(1, { evidence: JSON.stringify({ segments: repeated }) });
    expect(pieceWords(repeating, clip, recorder, 48_000)).toBe('1 of 2: the camera repeated samples between');
    const both = [...lost, { fromSeconds: 20, offsetSamplesAt48k: 4_800 - 0.000_02 * 20 * 48_000, driftPpm: 20 }];
    const mixed = matchRow(1, { evidence: JSON.stringify({ segments: both }) });
    expect(pieceWords(mixed, clip, recorder, 48_000)).toBe(
      '1 of 3: the camera lost samples and the clocks changed their speed between',
    );
  });

  test('which microphone it is and what speaks for it', () => {
    const track = {
      channel: 1,
      levelDbfs: -30,
      snrDb: 30,
      directToReverberantDb: null,
      clippedSamples: 0,
      polarity: 1,
      delayMs: null,
      mixdown: false,
      fitness: 1,
      remark: 'closest and driest',
    };
    const match = matchRow(1, { evidence: JSON.stringify({ tracks: [track], suggestedChannel: 1 }) });
    expect(microphoneWords(match, clip, recorder)).toBe('Anna: suggested, closest and driest');
    expect(microphoneWords({ ...match, chosenChannel: 1 }, clip, recorder)).toBe('Anna: chosen, closest and driest');
    expect(microphoneWords(matchRow(1), clip, null)).toBe('channel 2');
  });
});
