/** `C`, `L30`, `R100`: where a track is panned. */
export function panText(pan: number): string {
  const percent = Math.round(Math.abs(pan) * 100);
  return percent === 0 ? 'C' : `${pan < 0 ? 'L' : 'R'}${percent}`;
}

/** Reads what {@link panText} writes, and plain numbers from -100 to 100; null when it is neither. */
export function parsePan(text: string): number | null {
  const match = /^\s*([lrc]?)\s*([-+−]?\d{0,3})\s*$/i.exec(text);
  if (!match) return null;
  const side = match[1]!.toUpperCase();
  if (side === 'C') return 0;
  const number = Number(match[2]!.replace('−', '-'));
  if (match[2] === '' || Number.isNaN(number)) return null;
  return Math.min(1, Math.max(-1, ((side === 'L' ? -1 : 1) * number) / 100));
}
