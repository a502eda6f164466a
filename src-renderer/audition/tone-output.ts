import { Analyser, Context, Gain, Split, ToneBufferSource } from 'tone';
import type { PreviewOutput } from './preview-player.ts';

/** Samples that a level is taken over: more than pass between two frames of a 30 Hz screen at 48 kHz. */
const LEVEL_WINDOW = 2048;
const SILENCE_RAMP_SECONDS = 0.006;

/**
 * The preview's way out: Tone over an audio context at the project's rate, so that pieces meet to the sample and
 * nothing is resampled. Times are absolute context time; Tone's transport is not used (its ticks round).
 */
export class ToneOutput implements PreviewOutput {
  readonly sampleRate: number;
  readonly #raw: AudioContext;
  readonly #context: Context;
  readonly #monitor: Gain;
  readonly #mix: Gain;
  readonly #analysers: readonly [Analyser, Analyser];
  #run: Gain;

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate;
    this.#raw = new AudioContext({ sampleRate, latencyHint: 'interactive' });
    // Tone's own clock is a worker made from a string; nothing here needs its ticks.
    const context = new Context({ context: this.#raw, clockSource: 'timeout', lookAhead: 0, updateInterval: 0.1 });
    this.#context = context;
    this.#monitor = new Gain({ context, gain: 1 });
    this.#mix = new Gain({ context, gain: 1 });
    const split = new Split({ context, channels: 2 });
    this.#analysers = [
      new Analyser({ context, type: 'waveform', size: LEVEL_WINDOW }),
      new Analyser({ context, type: 'waveform', size: LEVEL_WINDOW }),
    ];
    this.#mix.connect(split);
    split.connect(this.#analysers[0], 0);
    split.connect(this.#analysers[1], 1);
    this.#mix.connect(this.#monitor);
    this.#monitor.connect(context.rawContext.destination);
    this.#run = new Gain({ context, gain: 1 }).connect(this.#mix);
  }

  async resume(): Promise<void> {
    if (this.#raw.state !== 'running') await this.#context.resume();
  }

  currentFrame(): number {
    return Math.ceil(this.#raw.currentTime * this.sampleRate);
  }

  heardFrame(): number {
    const { contextTime, performanceTime } = this.#raw.getOutputTimestamp();
    const now = this.#raw.currentTime;
    if (contextTime && performanceTime) {
      const heard = contextTime + (performance.now() - performanceTime) / 1000;
      // A device that went to sleep leaves an old stamp behind.
      if (heard <= now + 0.05 && heard > now - 1) return heard * this.sampleRate;
    }
    return (now - (this.#raw.outputLatency || this.#raw.baseLatency || 0)) * this.sampleRate;
  }

  schedule(left: Float32Array<ArrayBuffer>, right: Float32Array<ArrayBuffer>, startFrame: number): () => void {
    const buffer = this.#raw.createBuffer(2, left.length, this.sampleRate);
    buffer.copyToChannel(left, 0);
    buffer.copyToChannel(right, 1);
    const source = new ToneBufferSource({ context: this.#context, url: buffer });
    // With a callback of one's own, Tone frees the source when it has ended; without one it keeps it.
    source.onended = () => undefined;
    source.connect(this.#run);
    source.start(startFrame / this.sampleRate);
    return () => {
      if (!source.disposed) source.dispose();
    };
  }

  silence(): void {
    const ending = this.#run;
    ending.gain.rampTo(0, SILENCE_RAMP_SECONDS, this.#raw.currentTime);
    setTimeout(() => ending.dispose(), 100);
    this.#run = new Gain({ context: this.#context, gain: 1 }).connect(this.#mix);
  }

  /** How loud it is listened to; changes neither meters nor bounces. */
  setMonitorGainDb(gainDb: number): void {
    this.#monitor.gain.rampTo(gainDb <= -60 ? 0 : 10 ** (gainDb / 20), 0.02, this.#raw.currentTime);
  }

  /** The highest sample of each side in the last 43 ms (at 48 kHz), before the monitor gain. */
  peaks(): readonly [number, number] {
    return [peakOf(this.#analysers[0]), peakOf(this.#analysers[1])];
  }

  /** Gives the device back. */
  async close(): Promise<void> {
    this.silence();
    this.#context.dispose();
    if (this.#raw.state !== 'closed') await this.#raw.close();
  }
}

function peakOf(analyser: Analyser): number {
  let peak = 0;
  for (const sample of analyser.getValue() as Float32Array) peak = Math.max(peak, Math.abs(sample));
  return peak;
}
