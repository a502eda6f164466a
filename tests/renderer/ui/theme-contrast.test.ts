import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../../../src-renderer/ui/theme.css', import.meta.url), 'utf8');
const colours = new Map(
  [...css.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name!, value!]),
);

/** Relative luminance as WCAG 2 defines it. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(colours.get(a)!), luminance(colours.get(b)!)].sort((x, y) => x - y) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

const PAIRS: readonly (readonly [string, string])[] = [
  ...['text', 'text-2', 'text-3', 'bad', 'warn', 'good'].flatMap((text) =>
    ['ground-0', 'ground-1', 'ground-2', 'ground-3'].map((ground) => [text, ground] as const),
  ),
  ...['text', 'text-2'].map((text) => [text, 'selection'] as const),
  ['text', 'accent-ground'],
  ['text', 'accent-ground-hover'],
  ['good', 'good-ground'],
  ['warn', 'warn-ground'],
  ['bad', 'bad-ground'],
  ['text-2', 'ground-4'],
];

describe('text can be read', () => {
  test.each(PAIRS)('%s on %s reaches 4.5 to 1', (text, ground) => {
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test('the focus ring stands out from every ground by 3 to 1', () => {
    for (const ground of ['ground-0', 'ground-1', 'ground-2', 'ground-3', 'selection'])
      expect(contrast('accent', ground)).toBeGreaterThanOrEqual(3);
  });
});
