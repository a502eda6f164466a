import { VIRTUAL_DEVICE } from '../../../src-shared/engine/live-engine.ts';
import type { LocatedDevice } from './list-devices.ts';

/**
 * The device that needs no hardware, as the list shows it: four outputs that come back as inputs 1 to 4, and two pairs of
 * a synthetic counter and a synthetic voice behind them (`native/src/device/synthetic-input.h`).
 */
export const LISTED_VIRTUAL_DEVICE: LocatedDevice = {
  ...VIRTUAL_DEVICE,
  kind: 'virtual',
  index: -1,
  driverName: VIRTUAL_DEVICE.name,
  inputChannels: [
    'Loop-back of output 1',
    'Loop-back of output 2',
    'Loop-back of output 3',
    'Loop-back of output 4',
    'Counter A',
    'Voice A',
    'Counter B',
    'Voice B',
  ],
  outputChannels: ['Output 1', 'Output 2', 'Output 3', 'Output 4'],
  defaultSampleRate: 48000,
  lowInputLatencySeconds: 0,
  lowOutputLatencySeconds: 0,
};
