/** A stretch of a clip: where it lies and how late the recorder is against a line, with the weight of the evidence. */
export type LagMeasurement = { readonly seconds: number; readonly lagSeconds: number; readonly weight: number };

export type DriftFit = {
  /** Lag at second 0, and lag a second. */
  readonly interceptSeconds: number;
  readonly slope: number;
  /** Weighted mean of what is left in the first fifth, the middle and the last fifth of the measured span. */
  readonly residualHeadSeconds: number;
  readonly residualMiddleSeconds: number;
  readonly residualTailSeconds: number;
  /** Weighted root mean square of what is left, outliers held down. */
  readonly spreadSeconds: number;
  /** How many measurements lie within three spreads of the line. */
  readonly supporting: number;
};

/**
 * Fits a straight line robustly: weighted least squares, repeated with measurements far from the line counted for
 * less (Tukey's biweight at 4.7 median deviations, never tighter than `floorSeconds`). With fewer than three measurements, or all at one place, the slope
 * is 0. Null without any measurement of positive weight.
 */
export function fitDrift(measurements: readonly LagMeasurement[], floorSeconds = 5e-6): DriftFit | null {
  const used = measurements.filter((m) => m.weight > 0 && Number.isFinite(m.lagSeconds) && Number.isFinite(m.seconds));
  if (used.length === 0) return null;
  const median = weightedMedian(used.map((m) => ({ value: m.lagSeconds, weight: m.weight })));
  let line = used.length >= 4 ? theilSen(used) : { intercept: median, slope: 0 };
  let scale = floorSeconds;
  for (let round = 0; round < 8; round++) {
    const residuals = used.map((m) => m.lagSeconds - line.intercept - line.slope * m.seconds);
    const deviation = weightedMedian(used.map((m, i) => ({ value: Math.abs(residuals[i]!), weight: m.weight })));
    scale = Math.max(floorSeconds, 1.4826 * deviation);
    const weights = used.map((m, i) => {
      const ratio = residuals[i]! / (4.7 * scale);
      return Math.abs(ratio) >= 1 ? 0 : m.weight * (1 - ratio * ratio) ** 2;
    });
    const next = leastSquares(used, weights, used.length >= 3);
    if (!next) break;
    line = next;
  }
  const left = used.map((m) => ({ ...m, residual: m.lagSeconds - line.intercept - line.slope * m.seconds }));
  const kept = left.filter((m) => Math.abs(m.residual) <= 3 * Math.max(scale, floorSeconds));
  const first = Math.min(...used.map((m) => m.seconds));
  const last = Math.max(...used.map((m) => m.seconds));
  const part = (from: number, to: number) =>
    weightedMean(
      kept.filter((m) => m.seconds >= first + from * (last - first) && m.seconds <= first + to * (last - first)),
    );
  return {
    interceptSeconds: line.intercept,
    slope: line.slope,
    residualHeadSeconds: part(0, 0.2),
    residualMiddleSeconds: part(0.4, 0.6),
    residualTailSeconds: part(0.8, 1),
    spreadSeconds: Math.sqrt(weightedMean(kept.map((m) => ({ ...m, residual: m.residual ** 2 })))),
    supporting: kept.length,
  };
}

function weightedMean(values: readonly { readonly residual: number; readonly weight: number }[]): number {
  let sum = 0;
  let weights = 0;
  for (const { residual, weight } of values) {
    sum += residual * weight;
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}

function weightedMedian(values: readonly { readonly value: number; readonly weight: number }[]): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let sum = 0;
  for (const { value, weight } of sorted) {
    sum += weight;
    if (sum >= half) return value;
  }
  return sorted.at(-1)!.value;
}

/** Median of the slopes between measurements well apart: a start that outliers cannot pull. */
function theilSen(used: readonly LagMeasurement[]) {
  const seconds = used.map((m) => m.seconds);
  const apart = (Math.max(...seconds) - Math.min(...seconds)) / 4;
  const slopes: { value: number; weight: number }[] = [];
  for (const [i, a] of used.entries()) {
    for (const b of used.slice(i + 1)) {
      const distance = b.seconds - a.seconds;
      if (Math.abs(distance) <= apart || distance === 0) continue;
      slopes.push({ value: (b.lagSeconds - a.lagSeconds) / distance, weight: Math.min(a.weight, b.weight) });
    }
  }
  const slope = slopes.length ? weightedMedian(slopes) : 0;
  const intercept = weightedMedian(used.map((m) => ({ value: m.lagSeconds - slope * m.seconds, weight: m.weight })));
  return { intercept, slope };
}

function leastSquares(used: readonly LagMeasurement[], weights: readonly number[], withSlope: boolean) {
  let sum = 0;
  let meanSeconds = 0;
  let meanLag = 0;
  for (const [i, m] of used.entries()) {
    sum += weights[i]!;
    meanSeconds += weights[i]! * m.seconds;
    meanLag += weights[i]! * m.lagSeconds;
  }
  if (sum <= 0) return null;
  meanSeconds /= sum;
  meanLag /= sum;
  let squares = 0;
  let products = 0;
  for (const [i, m] of used.entries()) {
    squares += weights[i]! * (m.seconds - meanSeconds) ** 2;
    products += weights[i]! * (m.seconds - meanSeconds) * (m.lagSeconds - meanLag);
  }
  const slope = withSlope && squares > 1e-9 * sum ? products / squares : 0;
  return { intercept: meanLag - slope * meanSeconds, slope };
}

/** One slope for several pieces of a clip that each begin somewhere else: they run on the same clocks. */
export type PiecesFit = {
  readonly slope: number;
  /** Lag of each piece at second 0; null for a piece without measurements. */
  readonly interceptsSeconds: readonly (number | null)[];
  readonly spreadSeconds: number;
};

/**
 * Fits parallel lines to the measurements of several pieces, robustly like {@link fitDrift}. `expectedSlope` steadies
 * what little sound leaves open: what is known of the speed beforehand and how far it is usually off (standard
 * deviation); ten seconds of good sound outweigh it by far. Null without any measurement.
 */
export function fitPieces(
  pieces: readonly (readonly LagMeasurement[])[],
  expectedSlope: { readonly slope: number; readonly deviation: number } = { slope: 0, deviation: 60e-6 },
  floorSeconds = 5e-6,
): PiecesFit | null {
  const used = pieces.map((piece) =>
    piece.filter((m) => m.weight > 0 && Number.isFinite(m.lagSeconds) && Number.isFinite(m.seconds)),
  );
  const all = used.flatMap((piece, index) => piece.map((m) => ({ ...m, index })));
  if (all.length === 0) return null;
  const heaviest = Math.max(...all.map((m) => m.weight));
  let slope = slopeOf(used) ?? expectedSlope.slope;
  let intercepts: (number | null)[] = [];
  let spread = floorSeconds;
  for (let round = 0; round < 8; round++) {
    intercepts = used.map((piece, index) =>
      piece.length
        ? round === 0
          ? weightedMedian(piece.map((m) => ({ value: m.lagSeconds - slope * m.seconds, weight: m.weight })))
          : (intercepts[index] ?? null)
        : null,
    );
    const residuals = all.map((m) => m.lagSeconds - intercepts[m.index]! - slope * m.seconds);
    const deviation = weightedMedian(all.map((m, i) => ({ value: Math.abs(residuals[i]!), weight: m.weight })));
    const scale = Math.max(floorSeconds, 1.4826 * deviation);
    // With as many unknowns as measurements nothing is left over to judge the noise by: a lag of a stretch is good to 40 us then.
    const known = all.length >= used.filter((piece) => piece.length).length + 4;
    spread = known ? scale : Math.max(scale, 40e-6);
    const weights = all.map((m, i) => {
      const ratio = residuals[i]! / (4.7 * scale);
      return Math.abs(ratio) >= 1 ? 0 : (m.weight / heaviest) * (1 - ratio * ratio) ** 2;
    });
    const means = used.map((_, index) => {
      let [sum, seconds, lag] = [0, 0, 0];
      for (const [i, m] of all.entries()) {
        if (m.index !== index) continue;
        sum += weights[i]!;
        seconds += weights[i]! * m.seconds;
        lag += weights[i]! * m.lagSeconds;
      }
      return sum > 0 ? { seconds: seconds / sum, lag: lag / sum } : null;
    });
    let [squares, products] = [0, 0];
    for (const [i, m] of all.entries()) {
      const mean = means[m.index];
      if (!mean) continue;
      squares += weights[i]! * (m.seconds - mean.seconds) ** 2;
      products += weights[i]! * (m.seconds - mean.seconds) * (m.lagSeconds - mean.lag);
    }
    const prior = (spread / expectedSlope.deviation) ** 2;
    slope = (products + prior * expectedSlope.slope) / (squares + prior);
    intercepts = means.map((mean, index) =>
      mean ? mean.lag - slope * mean.seconds : used[index]!.length ? (intercepts[index] ?? 0) : null,
    );
  }
  return { slope, interceptsSeconds: intercepts, spreadSeconds: spread };
}

function slopeOf(pieces: readonly (readonly LagMeasurement[])[]): number | null {
  const slopes = pieces
    .filter((piece) => piece.length >= 4)
    .map((piece) => ({
      value: theilSen(piece).slope,
      weight: piece.length * (piece.at(-1)!.seconds - piece[0]!.seconds) ** 2,
    }));
  return slopes.length ? weightedMedian(slopes) : null;
}
