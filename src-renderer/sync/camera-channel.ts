/**
 * Which channel of a camera is worth looking at and listening to, by a second of each: the first that is neither silent
 * nor timecode. Timecode recorded as sound is a square wave, whose peak is hardly above its mean power; speech and noise
 * peak three times above and more. 0 when none is better.
 */
export function channelWithSound(channels: readonly Float32Array[]): number {
  const found = channels.findIndex((samples) => {
    let sum = 0;
    let peak = 0;
    for (const sample of samples) {
      sum += sample * sample;
      peak = Math.max(peak, Math.abs(sample));
    }
    const rms = Math.sqrt(sum / Math.max(1, samples.length));
    return rms > 1e-5 && peak / rms > 2;
  });
  return Math.max(0, found);
}
