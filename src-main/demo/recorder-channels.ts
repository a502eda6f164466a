import type { DemoRecorderChannel } from './demo-shoot.ts';

/**
 * Makes a recorder's channels from the dry ones that were kept: sums with gain, then a noise floor, so that a pause
 * sounds like a microphone and not like digital silence. The same on every run and machine.
 */
export class RecorderChannels {
  private readonly channelCount: number;
  private readonly dryChannelCount: number;
  /** For each channel, a gain for each dry channel. */
  private readonly gains: Float64Array;
  private readonly noiseGains: Float64Array;
  private randomState: number;

  /** Throws a RangeError when a channel is made from one that is not there. */
  constructor(channels: readonly DemoRecorderChannel[], dryChannelCount: number, seed: number) {
    this.channelCount = channels.length;
    this.dryChannelCount = dryChannelCount;
    this.gains = new Float64Array(channels.length * dryChannelCount);
    for (const [index, { from }] of channels.entries()) {
      for (const { channel, gainDb } of from) {
        if (channel >= dryChannelCount) throw new RangeError(`channel ${channel + 1} of ${dryChannelCount}`);
        this.gains[index * dryChannelCount + channel] = amplitude(gainDb);
      }
    }
    // A uniform number in [-1, 1) has an RMS of 1 / sqrt(3).
    this.noiseGains = Float64Array.from(channels, ({ noiseDb }) => amplitude(noiseDb) * Math.sqrt(3));
    this.randomState = seed | 0 || 1;
  }

  /** Interleaved dry samples in, interleaved samples of the recorder's channels out; whole frames, in file order. */
  mix(dry: Float32Array): Float32Array {
    const { channelCount, dryChannelCount, gains, noiseGains } = this;
    const frames = dry.length / dryChannelCount;
    const mixed = new Float32Array(frames * channelCount);
    let random = this.randomState;
    for (let frame = 0; frame < frames; frame += 1) {
      for (let channel = 0; channel < channelCount; channel += 1) {
        // Xorshift, 32 bits: every channel draws from one sequence, so that no two have the same noise.
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        let value = (noiseGains[channel]! * random) / 0x8000_0000;
        for (let from = 0; from < dryChannelCount; from += 1) {
          value += gains[channel * dryChannelCount + from]! * dry[frame * dryChannelCount + from]!;
        }
        mixed[frame * channelCount + channel] = value;
      }
    }
    this.randomState = random;
    return mixed;
  }
}

function amplitude(decibels: number): number {
  return 10 ** (decibels / 20);
}
