import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type {
  Loop,
  Recorder,
  RecorderFacts,
  RecorderRequest,
  RecordingEnd,
  Rolled,
} from '../../src-main/host/recorder.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';

/** The 24-bit number that is heard at a timeline sample: a recorded sample tells where on the timeline it was performed. */
export function heardAt(timelineSample: number): number {
  return timelineSample & 0x7f_ffff;
}

type OpenFile = { readonly descriptor: number; readonly inputs: readonly number[] };
type Recording = { readonly files: readonly OpenFile[]; beginClock: number; writtenTo: number; endClock: number };

/**
 * A recorder whose device is pumped by the test: what it gives out comes back at every input a round trip later, as
 * {@link heardAt}; while nothing rolls, negative numbers. Writes real files, and never completes their headers.
 */
export class PumpedRecorder implements Recorder {
  /** Set to another one as if the device had been opened anew. */
  session = 1;
  clock = 1_000_000;
  sampleRate = 48_000;
  roundTripSamples = 517;
  inputNames = ['Mic 1', 'Mic 2', 'Line L', 'Line R'];
  /** Set to make the next calls fail. */
  lost: TwopopError | null = null;
  /** Clock that goes by while files are created. */
  beginTakesSamples = 3000;
  problem: RecordingEnd['problem'] = null;
  gaps: RecordingEnd['gaps'] = [];
  inputOverflows = 0;
  /** Set to have the next recording that ends wait for its disk. */
  disk: Promise<void> | null = null;
  /** How long before a line the first beep begins; 0: they are off. */
  beepLeadSamples = 0;
  /** Lines that beeps were asked for before. */
  readonly beeped: (number | null)[] = [];
  readonly armed: number[][] = [];
  /** Spans of monitoring asked for while rolling. */
  readonly punches: (Loop | null)[] = [];
  private rolled: (Rolled & { loop: Loop | null }) | null = null;
  /** What was given out, oldest first. */
  private readonly rolls: (Rolled & { loop: Loop | null; stopClock: number })[] = [];
  private readonly recordings = new Map<number, Recording>();
  private nextId = 1;

  async facts(): Promise<RecorderFacts> {
    this.mustRun();
    const { session, clock, sampleRate, roundTripSamples, inputNames, inputOverflows } = this;
    const rolling = this.rolled && clock >= this.rolled.startClock ? { ...this.rolled, isNormalSpeed: true } : null;
    return { session, clock, sampleRate, roundTripSamples, inputNames, inputOverflows, rolling };
  }

  async arm(inputs: readonly number[]): Promise<void> {
    this.mustRun();
    this.armed.push([...inputs]);
  }

  async begin({ files, beginClock, preRecordSamples }: RecorderRequest): Promise<{ id: number }> {
    this.mustRun();
    const opened = files.map(({ path, inputs, headerBytes }) => {
      const descriptor = openSync(path, 'wx');
      writeSync(descriptor, headerBytes);
      fsyncSync(descriptor);
      return { descriptor, inputs };
    });
    const id = this.nextId++;
    const from = Math.max(0, beginClock - preRecordSamples);
    this.recordings.set(id, { files: opened, beginClock: from, writtenTo: from, endClock: Number.POSITIVE_INFINITY });
    this.advance(this.beginTakesSamples);
    return { id };
  }

  async roll(request: { atClock: number; fromSample: number; loop: Loop | null }): Promise<Rolled> {
    this.mustRun();
    // The engine takes commands a tenth of a second ahead.
    const startClock = Math.max(request.atClock, this.clock + this.sampleRate / 10);
    this.startRolling({ startClock, startSample: request.fromSample, loop: request.loop });
    return { startClock, startSample: request.fromSample };
  }

  /** Rolls as a person's play key does. */
  startRolling(rolled: Rolled & { loop: Loop | null }): void {
    this.rolled = rolled;
    this.rolls.push({ ...rolled, stopClock: Number.POSITIVE_INFINITY });
  }

  async beepBefore(lineSample: number | null): Promise<number> {
    this.mustRun();
    this.beeped.push(lineSample);
    return lineSample === null ? 0 : this.beepLeadSamples;
  }

  async punch(span: Loop | null): Promise<void> {
    this.mustRun();
    this.punches.push(span);
  }

  async stop(): Promise<void> {
    this.mustRun();
    const last = this.rolls.at(-1);
    if (last) last.stopClock = Math.min(last.stopClock, this.clock);
    this.rolled = null;
  }

  async end(id: number, clock: number | null): Promise<RecordingEnd> {
    const recording = this.recordings.get(id);
    if (!recording) throw new TwopopError({ code: 'engine.gone', message: 'The audio process ended.', remedy: '' });
    recording.endClock = clock ?? this.clock;
    if (recording.endClock > this.clock) this.advance(recording.endClock - this.clock);
    if (!this.disk) return this.complete(id, recording);
    const whenWritten = this.disk.then(() => this.complete(id, recording));
    return { lostSamples: 0, gaps: [], problem: null, whenWritten };
  }

  private complete(id: number, recording: Recording): RecordingEnd {
    this.write(recording);
    for (const { descriptor } of recording.files) closeSync(descriptor);
    this.recordings.delete(id);
    const lostSamples = this.gaps.reduce((sum, { frames }) => sum + frames, 0);
    return { lostSamples, gaps: this.gaps, problem: this.problem, whenWritten: null };
  }

  /** The audio process dies: nothing answers, files stay as they are. */
  die(message: string): void {
    for (const { files } of this.recordings.values()) for (const { descriptor } of files) closeSync(descriptor);
    this.recordings.clear();
    this.lost = new TwopopError({ code: 'engine.gone', message, remedy: 'Open the device again.' });
  }

  /** The device goes on by so many samples, and all of it is written. */
  advance(samples: number): void {
    this.clock += samples;
    for (const recording of this.recordings.values()) this.write(recording);
  }

  private write(recording: Recording): void {
    const to = Math.min(this.clock, recording.endClock);
    const frames = to - recording.writtenTo;
    if (frames <= 0) return;
    for (const { descriptor, inputs } of recording.files) {
      const bytes = Buffer.alloc(frames * inputs.length * 3);
      for (let frame = 0; frame < frames; frame += 1) {
        const value = this.heardAtClock(recording.writtenTo + frame - this.roundTripSamples);
        for (let channel = 0; channel < inputs.length; channel += 1)
          bytes.writeIntLE(value, (frame * inputs.length + channel) * 3, 3);
      }
      writeSync(descriptor, bytes);
    }
    recording.writtenTo = to;
  }

  private heardAtClock(clock: number): number {
    const roll = this.rolls.findLast(({ startClock, stopClock }) => clock >= startClock && clock < stopClock);
    if (!roll) return -1 - (clock & 0xff);
    let at = roll.startSample + clock - roll.startClock;
    if (roll.loop && roll.startSample < roll.loop.toSample && at >= roll.loop.toSample)
      at = roll.loop.fromSample + ((at - roll.loop.toSample) % (roll.loop.toSample - roll.loop.fromSample));
    return heardAt(at);
  }

  private mustRun(): void {
    if (this.lost) throw this.lost;
  }
}
