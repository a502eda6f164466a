import type { AudioService } from './audio-service.ts';
import type { Loop, Recorder, RecorderFacts, RecorderRequest, RecordingEnd, Rolled } from './recorder.ts';

/** Waited at most so long for the disk before it rolls all the same. */
export const MOST_DISK_WAIT_MS = 1500;
/** How long the end of a file is waited for before that is told: a disk may stand still for seconds. */
const MOST_END_WAIT_MS = 30_000;
const LOOK_AGAIN_MS = 20;
/** Once that was told. */
const LOOK_AGAIN_LATER_MS = 250;

const NOTHING_LOST: RecordingEnd = { lostSamples: 0, gaps: [], problem: null, whenWritten: null };
const PROCESS_GONE = { code: 'engine.gone', message: 'The audio process ended before all of it was on the disk.' };

/** The live engine as recording sees it. */
export class EngineRecorder implements Recorder {
  private readonly audio: AudioService;
  private readonly mostEndWaitMs: number;

  constructor(audio: AudioService, mostEndWaitMs = MOST_END_WAIT_MS) {
    this.audio = audio;
    this.mostEndWaitMs = mostEndWaitMs;
  }

  async facts(): Promise<RecorderFacts> {
    const now = await this.audio.call('telemetry', null);
    const { sampleRate, roundTripSamples, reportedLatencySamples } = this.audio.status;
    const { clock, rolling, motion, loop, speed, inputOverflows } = now;
    return {
      session: this.audio.session,
      clock,
      sampleRate,
      roundTripSamples: roundTripSamples ?? reportedLatencySamples.input + reportedLatencySamples.output,
      inputNames: this.audio.inputNames,
      inputOverflows,
      rolling: rolling
        ? { startClock: motion.startClock, startSample: motion.fromSample, loop, isNormalSpeed: speed === 1 }
        : null,
    };
  }

  async arm(inputs: readonly number[], preRecordSeconds: number): Promise<void> {
    await this.audio.arm(inputs, preRecordSeconds);
  }

  begin({ files, beginClock, preRecordSamples }: RecorderRequest): Promise<{ readonly id: number }> {
    return this.audio.call('beginRecording', {
      files: files.map(({ path, inputs, sampleFormat, headerBytes, headerLayout }) => ({
        path,
        channels: inputs,
        headerBytes,
        layout: headerLayout,
        format: sampleFormat,
      })),
      beginClock,
      preRecordFrames: preRecordSamples,
    });
  }

  async roll(request: {
    readonly atClock: number;
    readonly fromSample: number;
    readonly loop: Loop | null;
    readonly endSample: number | null;
    readonly punch?: Loop | null;
  }): Promise<Rolled> {
    const { atClock, fromSample, loop, endSample, punch = null } = request;
    const { startClock } = await this.audio.call('roll', {
      fromSample,
      speedNumerator: 1,
      speedDenominator: 1,
      keepPitch: false,
      loop,
      endSample,
      punch,
      fadeIn: false,
      atClock,
      leadSamples: 0,
      mostWaitMs: MOST_DISK_WAIT_MS,
    });
    return { startClock, startSample: fromSample };
  }

  beepBefore(lineSample: number | null): Promise<number> {
    return this.audio.beepBefore(lineSample);
  }

  async punch(span: Loop | null): Promise<void> {
    await this.audio.call('punch', { span });
  }

  async stop(): Promise<void> {
    await this.audio.call('stop', null);
  }

  /** Also where the device is gone: its recordings ended with the last frame that came in. */
  async end(id: number, clock: number | null): Promise<RecordingEnd> {
    const process = this.audio.processCall;
    const endClock = clock ?? (await process('telemetry', null)).capturedClock;
    if (endClock >= 0) await process('endRecording', { id, clock: endClock });
    const lateAt = performance.now() + this.mostEndWaitMs;
    const whenWritten = this.written(id, lateAt);
    // Whoever gives a recording up does not wait for it.
    whenWritten.catch(() => undefined);
    const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), this.mostEndWaitMs).unref());
    const end = await Promise.race([whenWritten, late]);
    return end === 'late' ? { lostSamples: 0, gaps: [], problem: null, whenWritten } : end;
  }

  /** Resolves when its files are complete, however long that takes; throws when their process is gone. */
  private async written(id: number, lateAt: number): Promise<RecordingEnd> {
    const { processCall: process, processId } = this.audio;
    for (;;) {
      // Another process would count its recordings from the same number on.
      if (this.audio.processId !== processId) return { ...NOTHING_LOST, problem: PROCESS_GONE };
      const recording = (await process('telemetry', null)).recordings.find((one) => one.id === id);
      if (!recording) return NOTHING_LOST;
      const { phase, lostFrames: lostSamples, gaps, problem } = recording;
      if (phase === 'done' || phase === 'failed') {
        await process('forgetRecording', { id });
        return { lostSamples, gaps, problem, whenWritten: null };
      }
      const waitMs = performance.now() < lateAt ? LOOK_AGAIN_MS : LOOK_AGAIN_LATER_MS;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
