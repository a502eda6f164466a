import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitPieces } from '../../../src-shared/sync/drift-fit.ts';
import { type PathPoint, piecesOfPath } from '../../../src-shared/sync/lag-path.ts';

const point = (seconds: number, lagSeconds: number, score = 12): PathPoint => ({ seconds, lagSeconds, score });

describe('the path of lags through a clip', () => {
  it('is one piece while the camera loses nothing, whatever single windows say', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8e-5, max: 8e-5, noNaN: true }),
        fc.array(fc.record({ at: fc.nat(39), lag: fc.double({ min: -0.5, max: 0.5, noNaN: true }) }), { maxLength: 4 }),
        (jitter, strays) => {
          const path = Array.from({ length: 40 }, (_, i) => point(i, (i % 2) * jitter));
          // Strays lie apart: two in a row at one place would be a place.
          for (const { at, lag } of strays) path[at - (at % 3)] = point(at - (at % 3), lag);
          expect(piecesOfPath(path).flat()).toHaveLength(1);
        },
      ),
    );
  });

  it('is parted at every loss of a millisecond and more, where it happened', () => {
    const size = fc.oneof(
      fc.double({ min: 0.0015, max: 3, noNaN: true }),
      fc.double({ min: -3, max: -0.0015, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 18 }),
        fc.integer({ min: 26, max: 38 }),
        size,
        size,
        (first, second, a, b) => {
          // Lags that come back within a few milliseconds are talkers, not losses.
          fc.pre(Math.abs(a + b) > 0.03);
          const path = Array.from({ length: 48 }, (_, i) => point(i, i < first ? 0 : i < second ? a : a + b));
          const pieces = piecesOfPath(path).map((part) => part[0]!);
          expect(pieces.map(({ from }) => from)).toEqual([0, first, second]);
        },
      ),
    );
  });

  it('is not parted by talkers at different distances, nor by an echo that is heard on either side', () => {
    const talkers = Array.from({ length: 40 }, (_, i) => point(i, i % 10 < 5 ? 0 : 0.0045));
    expect(piecesOfPath(talkers).flat()).toHaveLength(1);
    const echo = Array.from({ length: 40 }, (_, i) => ({
      ...point(i, i < 20 ? 0 : 0.0071),
      runScores: i < 20 ? [12, 9] : [10, 12],
    }));
    expect(piecesOfPath(echo)).toHaveLength(1);
    const loss = echo.map((one, i) => ({ ...one, runScores: i < 20 ? [12, 2] : [2, 12] }));
    expect(piecesOfPath(loss)).toHaveLength(2);
  });

  it('bends where clocks wander, and keeps within a tenth of a millisecond', () => {
    const path = Array.from({ length: 60 }, (_, i) => point(15 * i, 0.003 * Math.sin((Math.PI * i) / 60)));
    const parts = piecesOfPath(path);
    expect(parts).toHaveLength(1);
    expect(parts[0]!.length).toBeGreaterThan(2);
    for (const piece of parts[0]!)
      for (const { seconds, lagSeconds } of path.slice(piece.from, piece.to))
        expect(Math.abs(lagSeconds - piece.interceptSeconds - piece.slope * seconds)).toBeLessThan(0.0003);
  });
});

describe('one speed for the pieces of a clip', () => {
  it('is found whatever the offsets, the drift and the outliers', () => {
    const lag = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(
        lag,
        lag,
        fc.double({ min: -150e-6, max: 150e-6, noNaN: true }),
        fc.nat(8),
        (a, b, slope, outlier) => {
          const piece = (from: number, intercept: number) =>
            Array.from({ length: 9 }, (_, i) => ({
              seconds: from + 4 * i,
              lagSeconds: intercept + slope * (from + 4 * i) + (i % 2 ? 2e-6 : -2e-6),
              weight: 100,
            }));
          const pieces = [piece(0, a), piece(40, b)];
          pieces[0]![outlier] = { ...pieces[0]![outlier]!, lagSeconds: pieces[0]![outlier]!.lagSeconds + 0.004 };
          const fit = fitPieces(pieces)!;
          expect(Math.abs(fit.slope - slope)).toBeLessThan(0.4e-6);
          expect(Math.abs(fit.interceptsSeconds[0]! - a)).toBeLessThan(2e-5);
          expect(Math.abs(fit.interceptsSeconds[1]! - b)).toBeLessThan(2e-5);
        },
      ),
    );
  });

  it('leans on what is known of the speed where a second of sound says little', () => {
    const fit = fitPieces([
      [
        { seconds: 60, lagSeconds: 0.00005, weight: 40 },
        { seconds: 60.5, lagSeconds: -0.00005, weight: 40 },
      ],
    ])!;
    expect(Math.abs(fit.slope)).toBeLessThan(60e-6);
    expect(fitPieces([])).toBeNull();
    expect(fitPieces([[{ seconds: 3, lagSeconds: 0.2, weight: 1 }], []])!.interceptsSeconds).toEqual([
      expect.closeTo(0.2),
      null,
    ]);
  });
});
