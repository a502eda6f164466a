import type { Speed } from '../../src-shared/engine/live-engine.ts';

/** Speeds as exact fractions of normal speed, and how they are named. */

export const NORMAL_SPEED: Speed = { numerator: 1, denominator: 1 };
export const HALF_SPEED: Speed = { numerator: 1, denominator: 2 };

/** Above it a speed sounds like a tape, whatever was asked for. */
export const MOST_PITCH_KEPT = 4;

export type Varispeed = {
  readonly id: 'off' | '24-to-25' | '25-to-24' | 'pull-down' | 'pull-up';
  readonly title: string;
  readonly speed: Speed;
};

/** Between the rates of film and television. */
export const VARISPEEDS: readonly Varispeed[] = [
  { id: 'off', title: 'Normal speed', speed: NORMAL_SPEED },
  { id: '24-to-25', title: '24 to 25 frames (4.17 % faster)', speed: { numerator: 25, denominator: 24 } },
  { id: '25-to-24', title: '25 to 24 frames (4 % slower)', speed: { numerator: 24, denominator: 25 } },
  { id: 'pull-down', title: '24 to 23.976 frames (0.1 % slower)', speed: { numerator: 1000, denominator: 1001 } },
  { id: 'pull-up', title: '23.976 to 24 frames (0.1 % faster)', speed: { numerator: 1001, denominator: 1000 } },
];

const KNOWN: readonly Speed[] = [HALF_SPEED, ...VARISPEEDS.map(({ speed }) => speed)];

export function paceOf({ numerator, denominator }: Speed): number {
  return numerator / denominator;
}

export function isSameSpeed(one: Speed, other: Speed): boolean {
  return one.numerator * other.denominator === other.numerator * one.denominator;
}

/** A speed that was told as one number: the exact one where it is one of ours. */
export function speedOfValue(value: number): Speed {
  return KNOWN.find((known) => Math.abs(paceOf(known) - value) < 1e-9) ?? { numerator: value, denominator: 1 };
}

/** The next speed of the shuttle: the same way goes faster up to `most`, the other way begins at once. */
export function shuttleSpeed(current: number, direction: 1 | -1, most: number): number {
  if (Math.sign(current) !== direction) return direction;
  const whole = Math.max(1, Math.floor(Math.abs(current)));
  return direction * Math.min(most, Math.abs(current) < 1 ? 1 : whole * 2);
}

/** As it stands beside the transport: `2×`, `½×`, `+4.17 %`; '' at normal speed and at rest. */
export function speedLabel(value: number): string {
  if (value === 0 || value === 1) return '';
  const sign = value < 0 ? '−' : '';
  const pace = Math.abs(value);
  if (pace === 0.5) return `${sign}½×`;
  if (Number.isInteger(pace)) return `${sign}${pace}×`;
  const percent = (pace - 1) * 100;
  if (value > 0 && Math.abs(percent) < 10) return `${percent > 0 ? '+' : '−'}${trimmed(Math.abs(percent))} %`;
  return `${sign}${trimmed(pace)}×`;
}

function trimmed(figure: number): string {
  return figure.toFixed(2).replace(/\.?0+$/, '');
}
