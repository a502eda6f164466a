/**
 * A figure as people read it, with so many digits: the true minus, no sign on what rounds to nothing, and a plus where
 * the sign is always shown.
 */
export function figure(value: number, digits = 0, sign: 'always' | 'negative' = 'negative'): string {
  const size = Math.abs(value).toFixed(digits);
  if (value < 0 && Number(size) !== 0) return `−${size}`;
  return sign === 'always' ? `+${size}` : size;
}
