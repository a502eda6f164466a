import { expect, test } from 'vitest';
import {
  isSameSpeed,
  paceOf,
  shuttleSpeed,
  speedLabel,
  speedOfValue,
  VARISPEEDS,
} from '../../../src-renderer/transport/speeds.ts';

test('J and L go faster the same way up to what plays, and turn at once', () => {
  expect(shuttleSpeed(0, 1, 8)).toBe(1);
  expect(shuttleSpeed(1, 1, 8)).toBe(2);
  expect(shuttleSpeed(4, 1, 8)).toBe(8);
  expect(shuttleSpeed(8, 1, 8)).toBe(8);
  expect(shuttleSpeed(4, 1, 4)).toBe(4);
  expect(shuttleSpeed(4, -1, 8)).toBe(-1);
  expect(shuttleSpeed(-1, -1, 8)).toBe(-2);
  expect(shuttleSpeed(0.5, 1, 8)).toBe(1);
  expect(shuttleSpeed(25 / 24, 1, 8)).toBe(2);
});

test('a speed is named for what it truly is', () => {
  expect([0, 1, 2, -1, -4, 0.5, -0.5].map(speedLabel)).toEqual(['', '', '2×', '−1×', '−4×', '½×', '−½×']);
  expect(VARISPEEDS.map(({ speed }) => speedLabel(paceOf(speed)))).toEqual(['', '+4.17 %', '−4 %', '−0.1 %', '+0.1 %']);
});

test('film rates are exact: 25/24 and 24/25 undo each other, and so do the pulls', () => {
  const of = (id: string) => VARISPEEDS.find((one) => one.id === id)!.speed;
  const product = (one: string, other: string) => ({
    numerator: of(one).numerator * of(other).numerator,
    denominator: of(one).denominator * of(other).denominator,
  });
  expect(isSameSpeed(product('24-to-25', '25-to-24'), { numerator: 1, denominator: 1 })).toBe(true);
  expect(isSameSpeed(product('pull-down', 'pull-up'), { numerator: 1, denominator: 1 })).toBe(true);
  expect(isSameSpeed(of('pull-down'), { numerator: 24_000, denominator: 24_024 })).toBe(true);
});

test('a speed that is told as a number is the fraction that was asked for', () => {
  for (const { speed } of VARISPEEDS) expect(speedOfValue(paceOf(speed))).toEqual(speed);
  expect(speedOfValue(-2)).toEqual({ numerator: -2, denominator: 1 });
});
