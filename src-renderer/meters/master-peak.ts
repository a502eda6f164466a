import { amplitudeDb, FLOOR_DB } from './meter-ballistics.ts';

/** What the head of the master meter says: highest peak and clip light, which begin anew together. */
export type MasterPeak = {
  /** As seen by this page since it began anew; the meter's floor: nothing was heard. */
  readonly highestDb: number;
  readonly clipped: boolean;
};

const AFRESH: MasterPeak = { highestDb: FLOOR_DB, clipped: false };

/** The engine goes on telling of a clip that was put out for so long. */
const SETTLE_SECONDS = 0.5;

/**
 * Follows peak and clip. While the engine runs its own latch is the light, which any window may put out and which may be
 * lit before this page looks; else full scale in the preview is.
 */
export class MasterPeakWatch {
  #peak = AFRESH;
  #isEngine = false;
  #ignoresLatchUntilSeconds = 0;

  get peak(): MasterPeak {
    return this.#peak;
  }

  /** Takes in the highest amplitude since the step before; `latched` is the engine's light, null for the preview. */
  step(amplitude: number, latched: boolean | null, nowSeconds: number): MasterPeak {
    // Another source: what the one before did is of no account.
    if ((latched !== null) !== this.#isEngine) this.#peak = AFRESH;
    this.#isEngine = latched !== null;
    const before = this.#peak;
    const ignores = nowSeconds < this.#ignoresLatchUntilSeconds;
    if (latched === false) this.#ignoresLatchUntilSeconds = 0;
    const clipped = latched === null ? before.clipped || amplitude >= 1 : latched && !ignores;
    const isPutOut = before.clipped && !clipped;
    const highestDb = Math.max(isPutOut ? FLOOR_DB : before.highestDb, amplitudeDb(amplitude));
    if (highestDb !== before.highestDb || clipped !== before.clipped) this.#peak = { highestDb, clipped };
    return this.#peak;
  }

  /** Begins anew, as somebody put out the lights. */
  clear(nowSeconds: number): MasterPeak {
    this.#peak = AFRESH;
    this.#ignoresLatchUntilSeconds = nowSeconds + SETTLE_SECONDS;
    return this.#peak;
  }
}

/** `-3.2`, `+1.0`, `−∞` for silence; `≥ 0` where full scale was reached before this page looked. */
export function peakFigure({ highestDb, clipped }: MasterPeak): string {
  if (clipped && highestDb < 0) return '≥ 0';
  if (highestDb <= FLOOR_DB) return '−∞';
  return `${highestDb > 0 ? '+' : ''}${highestDb.toFixed(1)}`;
}
