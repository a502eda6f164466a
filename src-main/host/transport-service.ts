import type { Loop, PlayRequest, Rolled, Speed } from '../../src-shared/engine/live-engine.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { recordRolling } from './audio-problems.ts';
import type { AudioService } from './audio-service.ts';
import { earlyEnough } from './cue-beeps.ts';
import { MOST_DISK_WAIT_MS } from './engine-recorder.ts';
import type { RecordService } from './record-service.ts';

/**
 * Play, stop and everything in between. All of it throws `engine-off` (or why) while no device runs. While something is
 * recorded, stop ends the recording too and everything else is refused with `record-rolling`: a take lies where its roll
 * began and ran on at normal speed. Commands are done one after another, and none while a recording begins or ends.
 */
export class TransportService {
  private readonly audio: AudioService;
  private readonly records: RecordService;
  /** Where the last roll begins, on the clock of its device. It may have ended. */
  private begins: { readonly session: number; readonly startClock: number } | null = null;
  private stopsAsked = 0;
  /** Plays that wait for the disk, or for their turn. */
  private playsWaiting = 0;

  constructor(audio: AudioService, records: RecordService) {
    this.audio = audio;
    this.records = records;
  }

  /**
   * Rolls from the pre-roll on to the end of the post-roll, once the disk is ready. `roll-stopped` where a stop was asked
   * for before it rolled.
   */
  async play(request: PlayRequest): Promise<Rolled> {
    this.playsWaiting += 1;
    try {
      return await this.roll(request, this.stopsAsked);
    } finally {
      this.playsWaiting -= 1;
    }
  }

  private roll(request: PlayRequest, stopsAsked: number): Promise<Rolled> {
    return this.unlessRecording(async () => {
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
      const { session } = this.audio;
      if (this.stopsAsked !== stopsAsked) throw rollStopped();
      const { startClock } = await this.audio.call('roll', {
        fromSample: startSample,
        speedNumerator: speed.numerator,
        speedDenominator: speed.denominator,
        keepPitch: request.keepPitch,
        loop,
        endSample,
        punch: null,
        fadeIn: request.fadeIn,
        leadSamples: 0,
        mostWaitMs: MOST_DISK_WAIT_MS,
      });
      this.begins = { session, startClock };
      // A disk that was connected meanwhile is heard as soon as it is found: nobody waits for one that is not.
      void this.audio.findFiles().catch(() => {});
      return { startClock, startSample };
    });
  }

  /** Stops; with `toSample` it stands there afterwards, else where it stopped. */
  async stop(toSample: number | null = null): Promise<void> {
    this.stopsAsked += 1;
    // What waits to roll has the turn: it gives it up.
    const waits = this.playsWaiting > 0 && this.audio.status.state === 'running';
    if (waits) void this.audio.call('stop', null).catch(() => undefined);
    await this.records.stopAnd(async (pass) => {
      this.begins = null;
      // Whoever stops the transport asks for no answer of a recording.
      if (pass) this.records.ended.emit(pass);
      else {
        await this.audio.call('stop', null);
        await this.audio.beepBefore(null);
      }
      if (toSample !== null) await this.audio.call('locate', { timelineSample: toSample });
    });
  }

  /**
   * Stands there, or goes on from there where it rolls. `onlyAtRest`: only makes ready to play from there, and does nothing
   * where something rolls, is about to or is recorded. Whether it went there.
   */
  async locate(timelineSample: number, { onlyAtRest = false } = {}): Promise<boolean> {
    if (onlyAtRest && this.records.state.phase !== 'idle') return false;
    return this.unlessRecording(async () => {
      if (onlyAtRest && !(await this.isAtRest())) return false;
      await this.audio.call('locate', { timelineSample });
      return true;
    });
  }

  async setLoop(loop: Loop | null): Promise<void> {
    await this.unlessRecording(async () => {
      if (loop && loop.toSample <= loop.fromSample) throw badSpan('The loop');
      await this.audio.call('setLoop', { loop });
    });
  }

  /** Rolls at another speed from where it is; 0 stops. */
  async shuttle(speed: Speed, keepPitch: boolean): Promise<void> {
    if (speed.numerator === 0) return this.stop();
    await this.unlessRecording(() => this.audio.call('shuttle', { ...speed, keepPitch }));
  }

  private async isAtRest(): Promise<boolean> {
    const { rolling, clock } = await this.audio.call('telemetry', null);
    const { begins } = this;
    return !rolling && !(begins && begins.session === this.audio.session && clock < begins.startClock);
  }

  /** In turn; a recording refuses it at once, and nobody hears it when that has ended. */
  private async unlessRecording<T>(work: () => Promise<T>): Promise<T> {
    const mustBeIdle = () => {
      if (this.records.state.phase !== 'idle') throw recordRolling('The transport was');
    };
    mustBeIdle();
    return this.records.turn.take(async () => {
      mustBeIdle();
      return work();
    });
  }
}

function rollStopped(): TwopopError {
  return new TwopopError({
    code: 'roll-stopped',
    message: 'The transport was stopped before it rolled.',
    remedy: 'Play again to roll.',
  });
}

function badSpan(what: string): TwopopError {
  return new TwopopError({
    code: 'bad-request',
    message: `${what} is empty. Nothing was changed.`,
    remedy: 'Choose a span of at least one sample, and a speed other than 0.',
  });
}
