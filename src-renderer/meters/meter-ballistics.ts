/** How a digital peak meter moves: at once upwards, 20 dB in 1.7 s down, peak held for 3 s (IEC 60268-18). */
export const FALL_DB_PER_SECOND = 20 / 1.7;
export const HOLD_SECONDS = 3;
export const FLOOR_DB = -60;

export type MeterState = {
  readonly levelDb: number;
  readonly heldDb: number;
  readonly heldAtSeconds: number;
};

export const QUIET_METER: MeterState = { levelDb: FLOOR_DB, heldDb: FLOOR_DB, heldAtSeconds: 0 };

/** Amplitude to dBFS, not below the meter's floor. */
export function amplitudeDb(amplitude: number): number {
  return amplitude > 0 ? Math.max(FLOOR_DB, 20 * Math.log10(amplitude)) : FLOOR_DB;
}

/** The meter `elapsedSeconds` later, having seen `amplitude` as the highest sample since. */
export function stepMeter(
  state: MeterState,
  amplitude: number,
  nowSeconds: number,
  elapsedSeconds: number,
): MeterState {
  const peakDb = amplitudeDb(amplitude);
  const levelDb = Math.max(FLOOR_DB, peakDb, state.levelDb - FALL_DB_PER_SECOND * elapsedSeconds);
  const newHold = peakDb >= state.heldDb || nowSeconds - state.heldAtSeconds > HOLD_SECONDS;
  return {
    levelDb,
    heldDb: newHold ? levelDb : state.heldDb,
    heldAtSeconds: newHold ? nowSeconds : state.heldAtSeconds,
  };
}

/** Where a level stands on the scale, 0 at the floor to 1 at full scale: the upper 20 dB take half of it. */
export function scalePosition(levelDb: number): number {
  if (levelDb >= 0) return 1;
  if (levelDb >= -20) return 0.5 + ((levelDb + 20) / 20) * 0.5;
  return Math.max(0, ((levelDb - FLOOR_DB) / (-20 - FLOOR_DB)) * 0.5);
}
