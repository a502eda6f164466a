import type { Stem } from '../../src-shared/model/rows.ts';

/** The field's colours of stems. Saturated colour on the timeline means content or state, nothing else. */
export const STEM_COLORS: Readonly<Record<Stem, string>> = {
  DX: '#5a9cf2',
  ADR: '#a98bf5',
  FOL: '#e3a83d',
  FX: '#ec7265',
  BG: '#5fc079',
  MX: '#de6dbd',
  PFX: '#3fbcb6',
};

/** Neutral greys and state colours of the canvas; the same family as the rest of the interface. */
export const TIMELINE_COLORS = {
  lane: '#1f2226',
  laneAlternate: '#1d2024',
  laneLine: '#15171a',
  outside: '#17191c',
  ruler: '#24272c',
  rulerLine: '#121416',
  tick: '#555b64',
  tickMinor: '#3a3f46',
  rulerText: '#aab1bb',
  gridMajor: '#292d33',
  gridMinor: '#23272c',
  marker: '#e8c547',
  picture: '#39414d',
  pictureBar: '#4d5866',
  pictureText: '#e6eaf0',
  selected: '#ffffff',
  muted: '#7a8088',
  offline: '#d0524c',
  inSync: '#8ff0b0',
  outOfSync: '#ff8a4c',
  /** Edge and badge: calm, and told apart from a clip that is selected. */
  declaredAsync: '#93a5d6',
  declaredAsyncBadge: '#323b58',
} as const;

/** `#rrggbb` as numbers 0 to 255. */
export function rgbOf(hex: string): readonly [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** `#rrggbb` between two colours: `amount` 0 is `from`, 1 is `to`. */
export function mixColors(from: string, to: string, amount: number): string {
  const a = rgbOf(from);
  const b = rgbOf(to);
  const mixed = a.map((value, index) => Math.round(value + (b[index]! - value) * amount));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
