import { writeFileSync } from 'node:fs';

/** A match that was judged against the truth. */
export type JudgedMatch = { readonly confidence: number; readonly right: boolean };

const bins = [
  [0.5, 0.7],
  [0.7, 0.9],
  [0.9, 0.97],
  [0.97, 0.99],
  [0.99, 1.0001],
] as const;

/**
 * The confidence that was told against the share that was right, as a picture: a point for each range of confidence, its
 * number of matches beside it, a bar for what so few matches can bear out (95 %, Wilson's interval), and the diagonal on
 * which an honest figure lies.
 */
export function calibrationPlot(judged: readonly JudgedMatch[]): string {
  const [width, height, left, top, side] = [460, 420, 60, 30, 330];
  const x = (confidence: number) => left + ((confidence - 0.4) / 0.6) * side;
  const y = (share: number) => top + side - ((share - 0.4) / 0.6) * side;
  const at = (value: number) => value.toFixed(1);
  const parts: string[] = [];
  for (const tick of [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]) {
    const label = `${Math.round(tick * 100)} %`;
    parts.push(`<path d="M${at(x(tick))} ${top}V${top + side}M${left} ${at(y(tick))}H${left + side}" stroke="#8884"/>`);
    parts.push(`<text x="${at(x(tick))}" y="${top + side + 18}" text-anchor="middle">${label}</text>`);
    parts.push(`<text x="${left - 8}" y="${at(y(tick) + 4)}" text-anchor="end">${label}</text>`);
  }
  parts.push(`<path d="M${at(x(0.4))} ${at(y(0.4))}L${at(x(1))} ${at(y(1))}" stroke="#888" stroke-dasharray="4 4"/>`);
  let [lastX, lower] = [Number.NEGATIVE_INFINITY, 0];
  for (const [from, to] of bins) {
    const group = judged.filter(({ confidence }) => confidence >= from && confidence < to);
    if (group.length === 0) continue;
    const told = group.reduce((sum, { confidence }) => sum + confidence, 0) / group.length;
    const right = group.filter((match) => match.right).length;
    const [low, high] = wilson(right, group.length);
    const [px, py] = [at(x(told)), at(y(Math.max(0.4, right / group.length)))];
    parts.push(`<path d="M${px} ${at(y(Math.max(0.4, low)))}V${at(y(high))}" stroke="#4a9" stroke-width="2"/>`);
    parts.push(`<circle cx="${px}" cy="${py}" r="4" fill="#4a9"/>`);
    // Numbers of points side by side stand below each other.
    lower = x(told) - lastX < 24 ? lower + 15 : 0;
    lastX = x(told);
    const labelY = y(Math.max(0.4, right / group.length)) + 16 + lower;
    parts.push(`<text x="${at(x(told) + 8)}" y="${at(labelY)}">${group.length}</text>`);
  }
  parts.push(`<text x="${left + side / 2}" y="${height - 10}" text-anchor="middle">confidence told</text>`);
  parts.push(`<text transform="translate(14 ${top + side / 2}) rotate(-90)" text-anchor="middle">right to 1 ms</text>`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="sans-serif" font-size="12" fill="#777">\n${parts.join('\n')}\n</svg>\n`
  );
}

/** The range of a share in which 95 of 100 such counts would lie. */
function wilson(right: number, count: number): [number, number] {
  const z = 1.96;
  const share = right / count;
  const centre = share + (z * z) / (2 * count);
  const spread = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  const scale = 1 + (z * z) / count;
  return [(centre - spread) / scale, Math.min(1, (centre + spread) / scale)];
}

/** Writes the picture. */
export function writeCalibrationPlot(path: string, judged: readonly JudgedMatch[]): void {
  writeFileSync(path, calibrationPlot(judged));
}
