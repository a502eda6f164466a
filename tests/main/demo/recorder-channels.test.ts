import { describe, expect, it } from 'vitest';
import { RecorderChannels } from '../../../src-main/demo/recorder-channels.ts';

const silent = -200;

describe('a recorder channel of the demo shoot', () => {
  it('is the sum of the dry channels that it is made from, each with its gain', () => {
    const channels = new RecorderChannels(
      [
        { name: 'Boom', from: [{ channel: 1, gainDb: 0 }], noiseDb: silent },
        {
          name: 'Mix',
          from: [
            { channel: 0, gainDb: -6.020_599_913_279_624 },
            { channel: 1, gainDb: 0 },
          ],
          noiseDb: silent,
        },
      ],
      2,
      1,
    );
    const mixed = channels.mix(Float32Array.of(0.5, 0.25, -0.5, 0.125));
    expect([...mixed].map((value) => Math.round(value * 1000) / 1000)).toEqual([0.25, 0.5, 0.125, -0.125]);
  });

  it('has a noise floor of the level asked for, the same on every run and whatever the pieces', () => {
    const make = () => new RecorderChannels([{ name: 'Boom', from: [{ channel: 0, gainDb: 0 }], noiseDb: -74 }], 1, 7);
    const whole = make().mix(new Float32Array(48_000));
    const rms = Math.sqrt(whole.reduce((sum, value) => sum + value * value, 0) / whole.length);
    expect(20 * Math.log10(rms)).toBeCloseTo(-74, 0);
    const pieces = make();
    const first = pieces.mix(new Float32Array(20_000));
    expect([...first, ...pieces.mix(new Float32Array(28_000))]).toEqual([...whole]);
  });

  it('cannot be made from a channel that is not there', () => {
    expect(() => new RecorderChannels([{ name: 'X', from: [{ channel: 2, gainDb: 0 }], noiseDb: -70 }], 2, 1)).toThrow(
      RangeError,
    );
  });
});
