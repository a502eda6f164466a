import { expect, test } from 'vitest';
import { figure } from '../../../src-renderer/ui/figure.ts';

test('a figure has the true minus, and no sign on what rounds to nothing', () => {
  expect(figure(-33.014, 2)).toBe('−33.01');
  expect(figure(-0.004, 2)).toBe('0.00');
  expect(figure(-16.4)).toBe('−16');
  expect(figure(12)).toBe('12');
});

test('where the sign is always shown, so it is', () => {
  expect(figure(0.04, 1, 'always')).toBe('+0.0');
  expect(figure(-0.04, 1, 'always')).toBe('+0.0');
  expect(figure(-30, 1, 'always')).toBe('−30.0');
});
