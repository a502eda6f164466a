import type { Telemetry } from '../../src-shared/engine/live-engine.ts';
import type { NativeTelemetry } from '../engine/process/native-engine.ts';
import type { ToldMeters } from './meter-views.ts';

/** The engine's telemetry as a view gets it, with the meters that this view watches. */
export function viewTelemetry(native: NativeTelemetry, { meters, clipped, metersVersion }: ToldMeters): Telemetry {
  return {
    clock: native.clock,
    clockNs: native.clockNs,
    phase: native.rolling ? 'rolling' : 'stopped',
    timelineSample: native.timelineSample,
    speed: native.speed,
    loop: native.loop,
    motion: native.rolling ? { startClock: native.motion.startClock, startSample: native.motion.fromSample } : null,
    punchedIn: native.punchedIn,
    loadMean: native.loadMean,
    loadPeak: native.loadPeak,
    losses: {
      inputOverflows: native.inputOverflows,
      outputUnderflows: native.outputUnderflows,
      missedFrames: native.missedFrames,
      recordLostFrames: native.recordLostFrames,
    },
    disk: {
      readySeconds: native.readySeconds,
      heldBytes: native.heldBytes,
      recordRing: native.recordRing,
      recordRingPeak: native.recordRingPeak,
      freeBytes: native.freeBytes,
      secondsToFull: native.secondsToFull,
    },
    metersVersion,
    meters: [...meters],
    clipped: [...clipped],
    armed: native.armed,
    recordings: native.recordings,
  };
}
