/** Film gauges by frames a foot: 35 mm 4-perf has 16 frames to the foot, 16 mm has 40. */
export const FILM_GAUGES = { '35mm-4perf': 16, '16mm': 40 } as const;

export type FilmGauge = keyof typeof FILM_GAUGES;

/** `feet+frames` of a frame count from the first frame of picture, e.g. `90+00`; negative counts carry a minus sign. */
export function formatFeetFrames(frame: number, gauge: FilmGauge): string {
  const perFoot = FILM_GAUGES[gauge];
  const count = Math.abs(frame);
  return `${frame < 0 ? '-' : ''}${Math.floor(count / perFoot)}+${String(count % perFoot).padStart(2, '0')}`;
}

/** Reads `feet+frames`; null when it is not of that form or has more frames than the foot holds. */
export function parseFeetFrames(text: string, gauge: FilmGauge): number | null {
  const match = /^\s*(-?)(\d{1,7})\+(\d{1,2})\s*$/.exec(text);
  if (!match) return null;
  const frames = Number(match[3]);
  if (frames >= FILM_GAUGES[gauge]) return null;
  const count = Number(match[2]) * FILM_GAUGES[gauge] + frames;
  return match[1] && count > 0 ? -count : count;
}
