import type { Loop, PlayRequest, Rolled, Speed } from '../../src-shared/engine/live-engine.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { AudioService } from './audio-service.ts';
import { earlyEnough } from './cue-beeps.ts';
import type { RecordService } from './record-service.ts';

/** Waited at most so long for the disk before it rolls all the same. */
const MOST_DISK_WAIT_MS = 1500;

/** How something rolled, for whoever works out clocks of timeline samples. */
export type Roll = Rolled & { readonly speed: Speed; readonly loop: Loop | null };

/** What a recording asks for besides what plays. */
export type RollExtras = {
  /** Rolls no sooner: time to make files ready. */
  readonly leadSamples?: number;
  readonly punch?: Loop | null;
};

/**
 * Play, stop and everything in between. All of it throws `engine-off` (or why) while no device runs. While something is
 * recorded, stop ends the recording too and everything else is refused with `record-rolling`: a take lies where its roll
 * began and ran on at normal speed.
 */
export class TransportService {
  private readonly audio: AudioService;
  private readonly records: RecordService;
  private rolled: Roll | null = null;

  constructor(audio: AudioService, records: RecordService) {
    this.audio = audio;
    this.records = records;
  }

  /** The last roll of this transport; null: none since the device was opened. It may have ended. */
  get lastRoll(): Roll | null {
    return this.rolled;
  }

  /** Rolls from the pre-roll on to the end of the post-roll, once the disk is ready. */
  async play(request: PlayRequest, { leadSamples = 0, punch = null }: RollExtras = {}): Promise<Rolled> {
    this.refuseWhileRecording();
    const { loop, speed } = request;
    if (loop && loop.toSample <= loop.fromSample) throw badSpan('The loop');
    if (speed.numerator === 0) throw badSpan('The speed');
    const backwards = speed.numerator < 0;
    const line = speed.numerator === speed.denominator ? request.beepsBeforeSample : null;
    const beepLead = await this.audio.beepBefore(line);
    const preRolled = request.fromSample - (backwards ? -1 : 1) * request.preRollSamples;
    const startSample = line === null ? preRolled : earlyEnough(preRolled, line, beepLead);
    const endSample =
      request.endSample === null ? null : request.endSample + (backwards ? -1 : 1) * request.postRollSamples;
    const { startClock } = await this.audio.call('roll', {
      fromSample: startSample,
      speedNumerator: speed.numerator,
      speedDenominator: speed.denominator,
      keepPitch: request.keepPitch,
      loop,
      endSample,
      punch,
      fadeIn: request.fadeIn,
      leadSamples,
      mostWaitMs: MOST_DISK_WAIT_MS,
    });
    // A disk that was connected meanwhile is heard as soon as it is found: nobody waits for one that is not.
    void this.audio.findFiles().catch(() => {});
    this.rolled = { startClock, startSample, speed, loop };
    return { startClock, startSample };
  }

  /** Stops; with `toSample` it stands there afterwards, else where it stopped. */
  async stop(toSample: number | null = null): Promise<void> {
    if (this.records.state.phase === 'idle') {
      await this.audio.call('stop', null);
      await this.audio.beepBefore(null);
    } else await this.records.stop();
    if (toSample !== null) await this.locate(toSample);
  }

  /** Stands there, or goes on from there where it rolls. */
  async locate(timelineSample: number): Promise<void> {
    this.refuseWhileRecording();
    await this.audio.call('locate', { timelineSample });
  }

  async setLoop(loop: Loop | null): Promise<void> {
    this.refuseWhileRecording();
    if (loop && loop.toSample <= loop.fromSample) throw badSpan('The loop');
    await this.audio.call('setLoop', { loop });
  }

  /** Rolls at another speed from where it is; 0 stops. */
  async shuttle(speed: Speed, keepPitch: boolean): Promise<void> {
    if (speed.numerator === 0) return this.stop();
    this.refuseWhileRecording();
    await this.audio.call('shuttle', { ...speed, keepPitch });
  }

  private refuseWhileRecording(): void {
    if (this.records.state.phase === 'idle') return;
    throw new TwopopError({
      code: 'record-rolling',
      message: 'A recording is under way and goes on. The transport was left as it is.',
      remedy: 'Stop first.',
    });
  }
}

function badSpan(what: string): TwopopError {
  return new TwopopError({
    code: 'bad-request',
    message: `${what} is empty. Nothing was changed.`,
    remedy: 'Choose a span of at least one sample, and a speed other than 0.',
  });
}
