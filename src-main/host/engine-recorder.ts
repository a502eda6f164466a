import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { AudioService } from './audio-service.ts';
import type { Loop, Recorder, RecorderFacts, RecorderRequest, RecordingEnd, Rolled } from './recorder.ts';

/** Waited at most so long for the disk before it rolls all the same. */
const MOST_DISK_WAIT_MS = 1500;
/** How long the end of a file is waited for: a disk may stand still for seconds. */
const MOST_END_WAIT_MS = 30_000;
const LOOK_AGAIN_MS = 20;

/** The live engine as recording sees it. */
export class EngineRecorder implements Recorder {
  private readonly audio: AudioService;

  constructor(audio: AudioService) {
    this.audio = audio;
  }

  async facts(): Promise<RecorderFacts> {
    const now = await this.audio.call('telemetry', null);
    const { sampleRate, roundTripSamples, reportedLatencySamples } = this.audio.status;
    const { clock, rolling, motion, loop, speed } = now;
    return {
      clock,
      sampleRate,
      roundTripSamples: roundTripSamples ?? reportedLatencySamples.input + reportedLatencySamples.output,
      inputNames: this.audio.inputNames,
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
    for (let waited = 0; waited < MOST_END_WAIT_MS; waited += LOOK_AGAIN_MS) {
      const recording = (await process('telemetry', null)).recordings.find((one) => one.id === id);
      if (!recording || recording.phase === 'done' || recording.phase === 'failed') {
        if (recording) await process('forgetRecording', { id });
        return {
          lostSamples: recording?.lostFrames ?? 0,
          gaps: recording?.gaps ?? [],
          problem: recording?.problem ?? null,
        };
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    throw new TwopopError({
      code: 'record.not-written',
      message: 'The disk has not taken in the whole recording. What it has taken is kept and put right.',
      remedy: 'Check that the disk is connected and sound, then open the project again.',
    });
  }
}
