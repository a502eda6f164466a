import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitDrift } from '../../../src-shared/sync/drift-fit.ts';
import { readLtcClock } from '../../../src-shared/sync/ltc-clock.ts';
import {
  isLikely,
  isMatch,
  isOwnShareAsked,
  isRivalInDoubt,
  type MatchEvidence,
  matchConfidence,
  rivalDoubt,
} from '../../../src-shared/sync/sync-decision.ts';
import {
  doubtfulReason,
  matchReason,
  noSoundReason,
  thinEvidenceReason,
} from '../../../src-shared/sync/sync-reasons.ts';
import { coveredCamera, recorderSecondsAt, syncResultJson } from '../../../src-shared/sync/sync-result.ts';
import { timecodeOffset } from '../../../src-shared/sync/timecode-candidates.ts';

const seconds = fc.double({ min: -5000, max: 5000, noNaN: true });
const ppm = fc.double({ min: -1200, max: 1200, noNaN: true });

describe('the drift fit', () => {
  it('finds any straight line exactly, with a third of the measurements far off it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.002, max: 0.002, noNaN: true }),
        fc.double({ min: -5e-6, max: 5e-6, noNaN: true }),
        fc.array(fc.double({ min: 0.0005, max: 0.01, noNaN: true }), { minLength: 12, maxLength: 12 }),
        (intercept, slope, wrong) => {
          const measurements = Array.from({ length: 24 }, (_, index) => {
            const at = index * 7;
            const off = index % 3 === 1 ? wrong[index % 12]! : 0;
            return { seconds: at, lagSeconds: intercept + slope * at + off, weight: 1 };
          });
          const fit = fitDrift(measurements)!;
          expect(Math.abs(fit.slope - slope)).toBeLessThan(1e-8);
          expect(Math.abs(fit.interceptSeconds - intercept)).toBeLessThan(1e-6);
          expect(fit.supporting).toBe(16);
        },
      ),
    );
  });

  it('asks for measurements, and for three of them before it believes in a slope', () => {
    expect(fitDrift([])).toBeNull();
    expect(fitDrift([{ seconds: 1, lagSeconds: 1, weight: 0 }])).toBeNull();
    const two = fitDrift([
      { seconds: 0, lagSeconds: 0, weight: 1 },
      { seconds: 10, lagSeconds: 0.001, weight: 1 },
    ]);
    expect(two!.slope).toBe(0);
  });

  it('tells where the sound leaves the line', () => {
    const bent = Array.from({ length: 20 }, (_, i) => ({ seconds: i, lagSeconds: 1e-6 * (i - 9.5) ** 2, weight: 1 }));
    const fit = fitDrift(bent, 1e-3)!;
    expect(fit.residualHeadSeconds).toBeGreaterThan(1e-5);
    expect(fit.residualTailSeconds).toBeGreaterThan(1e-5);
    expect(fit.residualMiddleSeconds).toBeLessThan(-1e-5);
  });
});

describe('a sync line', () => {
  it('covers the part of the camera clip whose recorder time lies in the file', () => {
    fc.assert(
      fc.property(
        seconds,
        ppm,
        fc.double({ min: 0.1, max: 4000, noNaN: true }),
        fc.double({ min: 0.1, max: 4000, noNaN: true }),
        (offsetSeconds, driftPpm, camera, recorder) => {
          const line = { offsetSeconds, driftPpm };
          const covered = coveredCamera(line, camera, recorder);
          if (!covered) return;
          expect(covered.from).toBeGreaterThanOrEqual(0);
          expect(covered.to).toBeLessThanOrEqual(camera);
          expect(recorderSecondsAt(line, covered.from)).toBeGreaterThanOrEqual(-1e-6);
          expect(recorderSecondsAt(line, covered.to)).toBeLessThanOrEqual(recorder + 1e-6);
        },
      ),
    );
  });
});

describe('timecode candidates', () => {
  it('lay a camera where both clocks say, also over midnight', () => {
    expect(
      timecodeOffset({ startSeconds: 36_010, durationSeconds: 60 }, { startSeconds: 36_000, durationSeconds: 90 }),
    ).toBe(10);
    expect(
      timecodeOffset({ startSeconds: 36_000, durationSeconds: 60 }, { startSeconds: 36_003, durationSeconds: 90 }),
    ).toBe(-3);
    expect(
      timecodeOffset({ startSeconds: 5, durationSeconds: 60 }, { startSeconds: 86_390, durationSeconds: 90 }),
    ).toBe(15);
  });

  it('say nothing where a clock is missing or the files do not meet', () => {
    expect(
      timecodeOffset({ startSeconds: null, durationSeconds: 60 }, { startSeconds: 1, durationSeconds: 90 }),
    ).toBeNull();
    expect(
      timecodeOffset({ startSeconds: 1, durationSeconds: 60 }, { startSeconds: undefined, durationSeconds: 90 }),
    ).toBeNull();
    expect(
      timecodeOffset({ startSeconds: 1000, durationSeconds: 60 }, { startSeconds: 1, durationSeconds: 90 }),
    ).toBeNull();
  });
});

describe('the decision', () => {
  const sure: MatchEvidence = {
    lineScore: 60,
    directScore: 60,
    overlapSeconds: 60,
    supporting: 12,
    measured: 12,
    runnerUp: 0,
    timecodeErrorSeconds: null,
  };

  it('never calls chance a match, and what was found 20 dB under the noise one', () => {
    expect(isMatch({ lineScore: 5.5, directScore: 60 })).toBe(false);
    expect(isMatch({ lineScore: 60, directScore: 5.2 })).toBe(false);
    expect(isMatch({ lineScore: 12, directScore: 8 })).toBe(true);
  });

  it('is between 0 and 1, grows with evidence and with timecode, and shrinks with a rival', () => {
    const score = fc.double({ min: 0, max: 300, noNaN: true });
    fc.assert(
      fc.property(score, score, fc.double({ min: 0, max: 1.2, noNaN: true }), (lineScore, directScore, runnerUp) => {
        const evidence = { ...sure, lineScore, directScore, runnerUp };
        const confidence = matchConfidence(evidence);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        expect(
          matchConfidence({ ...evidence, lineScore: lineScore + 5, directScore: directScore + 5 }),
        ).toBeGreaterThanOrEqual(confidence);
        expect(matchConfidence({ ...evidence, timecodeErrorSeconds: 0.01 })).toBeGreaterThanOrEqual(confidence);
        expect(matchConfidence({ ...evidence, runnerUp: runnerUp + 0.1 })).toBeLessThanOrEqual(confidence);
      }),
    );
    expect(matchConfidence(sure)).toBeGreaterThan(0.98);
    expect(matchConfidence({ ...sure, runnerUp: 0.95 })).toBeLessThan(0.6);
  });

  it('makes no match of the best among takes of one playback, and one of the right place under other voices', () => {
    const lone = { ...sure, runnerUp: 0.88 };
    expect(isLikely({ ...lone, rivalLead: 3.65 })).toBe(false);
    expect(isLikely({ ...lone, rivalLead: 4.12 })).toBe(false);
    expect(isLikely({ ...lone, rivalLead: 6 })).toBe(true);
    expect(isLikely({ ...lone, runnerUp: 0.75, rivalLead: 4.35 })).toBe(true);
    // Timecode is another witness.
    expect(isLikely({ ...lone, rivalLead: 3.65, timecodeErrorSeconds: 0.02 })).toBe(true);
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 1.2, noNaN: true }),
        (rivalLead, runnerUp) => {
          const doubt = rivalDoubt({ rivalLead, runnerUp });
          expect(rivalDoubt({ rivalLead: rivalLead + 1, runnerUp })).toBeLessThanOrEqual(doubt);
          expect(rivalDoubt({ rivalLead, runnerUp: runnerUp + 0.1 })).toBeGreaterThanOrEqual(doubt);
        },
      ),
    );
  });

  it('goes by what only one of two alike places holds, where that is known', () => {
    const close = { ...sure, runnerUp: 0.95, rivalLead: 1 };
    expect(isLikely(close)).toBe(false);
    expect(isLikely({ ...close, ownShare: 0.8 })).toBe(true);
    expect(isRivalInDoubt({ ...close, ownShare: 0.8 })).toBe(false);
    // It holds but the melody of that place: its own recording is missing, however far the one leads.
    expect(isLikely({ ...close, rivalLead: 4.5, ownShare: 0.5 })).toBe(false);
    expect(isOwnShareAsked(close)).toBe(true);
    expect(isOwnShareAsked({ runnerUp: 0.8, rivalLead: 9 })).toBe(false);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (ownShare) => {
        const doubt = rivalDoubt({ ...close, ownShare });
        expect(rivalDoubt({ ...close, ownShare: ownShare + 0.05 })).toBeLessThanOrEqual(doubt);
      }),
    );
  });

  it('gives its reasons in words', () => {
    const losses = [
      { atSeconds: 12, lostSeconds: 0.04 },
      { atSeconds: 31, lostSeconds: -3 },
    ];
    const facts = { inverted: true, losses, bends: 1, ltc: false, rival: { recorder: 'T07', seconds: 12 } };
    const reason = matchReason({ ...sure, runnerUp: 0.8, timecodeErrorSeconds: 0.02 }, facts);
    expect(reason).toContain('timecode agrees');
    expect(reason).toContain('inverted polarity');
    expect(reason).toContain('lost 40.0 ms of sound at 12 s');
    expect(reason).toContain('repeated 3.00 s of sound at 31 s');
    expect(reason).toContain('unevenly');
    expect(reason).toContain('T07 at 12 s');
    // A place far behind is no place to check: the list does not call that match ambiguous either.
    expect(isRivalInDoubt({ runnerUp: 0.8, rivalLead: 9 })).toBe(false);
    expect(isRivalInDoubt({ runnerUp: 0.8, rivalLead: 2 })).toBe(true);
    expect(matchReason({ ...sure, runnerUp: 0.8, rivalLead: 9 }, { inverted: false, ltc: false })).not.toContain(
      'by ear',
    );
    const heardAlone = { channels: [0], leftOut: [1] };
    expect(matchReason(sure, { inverted: false, ltc: false, heardAlone })).toContain(
      'The offset is that of camera channel 1; camera channel 2 does not run together with it and was left out.',
    );
    expect(matchReason({ ...sure, timecodeErrorSeconds: 42 }, { inverted: false, ltc: false })).toContain(
      'says otherwise by 42 s',
    );
  });

  it('names the nearest place of a clip that it leaves unmatched, and how near that came', () => {
    const nearest = { recorder: '12T01', seconds: 754, agreeing: 2, compared: 14, lineScore: 8 };
    expect(thinEvidenceReason(20, nearest)).toContain(
      'Nearest is 12T01 at 12 min 34 s, but only 2 of 14 stretches agree.',
    );
    expect(thinEvidenceReason(20, { ...nearest, agreeing: 1 })).toContain('1 of 14 stretches agrees');
    expect(thinEvidenceReason(20, { ...nearest, agreeing: 9, lineScore: 20 })).toContain(
      '9 of 14 stretches agree, but',
    );
    expect(thinEvidenceReason(20, { ...nearest, lineScore: 4 })).not.toContain('12T01');
    expect(thinEvidenceReason(20, null)).toContain('nothing in common');
    expect(thinEvidenceReason(1, nearest)).toContain('steady noise');
  });

  it('names the places between which it cannot choose', () => {
    const places = [5.1, 9.2, 13.3].map((seconds) => ({ recorder: 'T02', seconds }));
    const stretches = { supporting: 3, measured: 8 };
    expect(doubtfulReason(places[0]!, places.slice(1), stretches)).toContain('T02 at 5.1 s, T02 at 9.2 s, T02 at 13 s');
    expect(doubtfulReason(places[0]!, [], stretches)).toContain(
      'Nearest is T02 at 5.1 s, where 3 of 8 stretches agree',
    );
  });

  it('tells silence from a missing sound', () => {
    expect(noSoundReason({ frames: 0, peak: 0, soundingShare: 0 })).toMatch('no sound');
    expect(noSoundReason({ frames: 480_000, peak: 0, soundingShare: 0 })).toMatch('silent');
    expect(noSoundReason({ frames: 480_000, peak: 0.1, soundingShare: 0.9 })).toBeNull();
  });
});

describe('timecode in sound', () => {
  const words = (framesPerSecond: number, base: number, speed: number, drop: boolean) =>
    Array.from({ length: 200 }, (_, index) => {
      // Frame numbers from a drop-free stretch of a minute, so that labels count straight on.
      const frame = base * 7 + index;
      return {
        hours: 1,
        minutes: 10,
        seconds: Math.floor(frame / base),
        frames: frame % base,
        dropFrame: drop,
        atSeconds: (index / framesPerSecond) * speed + 0.25,
        lengthSeconds: speed / framesPerSecond,
      };
    });

  it.each([
    ['23.976', 24000 / 1001, 24, false, (4200 + 7) * 1.001],
    ['24', 24, 24, false, 4207],
    ['25', 25, 25, false, 4207],
    ['29.97 drop', 30000 / 1001, 30, true, ((4207 * 30 - 2 * (70 - 7)) * 1001) / 30000],
    ['30', 30, 30, false, 4207],
  ] as const)('at %s frames a second tells real seconds and the speed of the clock', (_, rate, base, drop, start) => {
    const clock = readLtcClock(words(rate, base, 1 - 40e-6, drop))!;
    expect(clock.framesPerSecond).toBeCloseTo(rate, 9);
    expect(clock.driftPpm).toBeCloseTo(40, 1);
    expect(clock.secondsAtZero).toBeCloseTo(start - 0.25 * (1 + 40e-6), 6);
  });

  it('is not believed from a handful of words or when they jump about', () => {
    expect(readLtcClock(words(25, 25, 1, false).slice(0, 4))).toBeNull();
    const jumping = words(25, 25, 1, false).map((word, index) => ({ ...word, hours: (index * 7) % 24 }));
    expect(readLtcClock(jumping)).toBeNull();
  });
});

describe('the result of the command line', () => {
  it('uses the keys that other programs read', () => {
    const json = syncResultJson({
      pairs: [
        {
          camera: 'a.mov',
          recorder: 't.wav',
          offsetSamplesAt48k: 12.5,
          driftPpm: -3,
          method: 'waveform',
          confidence: 0.9,
          reason: 'r',
          residualHeadMs: 0.1,
          residualMiddleMs: 0,
          residualTailMs: -0.1,
          inverted: false,
          segments: [{ fromSeconds: 3, offsetSamplesAt48k: 4, driftPpm: 5 }],
        },
      ],
      unmatched: [{ camera: 'b.mov', reason: 'silent' }],
      skipped: [],
      ltc: {},
    });
    expect(json).toMatchObject({
      pairs: [
        {
          camera: 'a.mov',
          recorder: 't.wav',
          offset_samples_at_48k: 12.5,
          drift_ppm: -3,
          method: 'waveform',
          confidence: 0.9,
          segments: [{ from_s: 3, offset_samples_at_48k: 4, drift_ppm: 5 }],
        },
      ],
      unmatched: [{ camera: 'b.mov', reason: 'silent' }],
    });
  });
});
