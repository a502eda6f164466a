import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mixColors, STEM_COLORS } from '../../../src-renderer/timeline/stem-colors.ts';

it('the painted stems have the colours that the style sheet names', () => {
  const sheet = readFileSync(join(import.meta.dirname, '../../../src-renderer/ui/theme.css'), 'utf8');
  for (const [stem, color] of Object.entries(STEM_COLORS))
    expect(sheet).toContain(`--stem-${stem.toLowerCase()}: ${color};`);
});

it('colours mix channel by channel', () => {
  expect(mixColors('#000000', '#ff8000', 0.5)).toBe('#804000');
});
