import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Loop, Speed } from '../../src-shared/engine/live-engine.ts';
import type { TimelineTransport } from '../timeline/timeline-context.ts';
import { Delay } from './delay.ts';
import type { EnginePlayback } from './engine-playback.ts';
import { frameFrom } from './frame-step.ts';
import { type Playback, type PlaybackEvents, type PlaybackRequest, wholeRequest } from './playback.ts';
import type { PreviewPlayback } from './preview-playback.ts';
import { selectedRange, selectedSpan, spanWithRolls } from './selected-span.ts';
import { HALF_SPEED, isSameSpeed, NORMAL_SPEED, paceOf, shuttleSpeed } from './speeds.ts';
import { type RollSamples, rollSamples } from './transport-preferences.ts';
import { AT_FIRST, type TransportOptions, type TransportState } from './transport-state.ts';

const SAY_STARTING_MS = 100;
/** A loop that is dragged, and a cursor that is moved, are told to the engine when they rest. */
const REST_MS = 60;

/**
 * Playing as a person knows it: cursor, loop, roll, speed, and where it goes on stop. What makes the sound is a
 * {@link Playback}: the engine where an audio device runs, else the preview. While stopped, the position is the
 * timeline's cursor.
 */
export class Transport implements TimelineTransport {
  readonly store: StoreApi<TransportState>;
  readonly #options: TransportOptions;
  readonly #engine: EnginePlayback;
  readonly #preview: PreviewPlayback;
  readonly #unsubscribe: () => void;
  #active: Playback | null = null;
  #returnSample = 0;
  readonly #sayStarting = new Delay(SAY_STARTING_MS, () => this.store.setState({ phase: 'starting' }));
  readonly #atRest = new Delay(REST_MS, () => this.#tellWhatRests());

  constructor(options: TransportOptions) {
    this.#options = options;
    this.store = createStore<TransportState>(() => AT_FIRST);
    this.#preview = options.preview(this.#eventsOf(() => this.#preview));
    this.#engine = options.engine(this.#eventsOf(() => this.#engine));
    this.#unsubscribe = options.view.subscribe((state, before) => {
      if (state.range !== before.range && this.store.getState().looping) this.#atRest.begin();
      else if (state.cursorSample !== before.cursorSample && !this.#active) this.#atRest.begin();
    });
  }

  /** Where it is heard at a time of `performance.now()`, now when left out; fractional while it plays. */
  positionSamples(atMs: number = performance.now()): number {
    return this.#active?.positionSamples(atMs) ?? this.#options.view.getState().cursorSample;
  }

  playing(): boolean {
    return this.#active !== null;
  }

  onPlaying(listener: () => void): () => void {
    return this.store.subscribe(({ phase }, before) => {
      if ((phase === 'stopped') !== (before.phase === 'stopped')) listener();
    });
  }

  /** Moves the cursor there; playback goes on from there, but a recording where it is. */
  locate(sample: number): void {
    this.#options.view.getState().setCursor(sample);
    if (!this.#active || this.#isRecording) return;
    this.#returnSample = sample;
    this.#active.locate(sample);
  }

  /** Plays from the cursor, or the selected range when looping. */
  play(speed: Speed = this.store.getState().playSpeed): void {
    const { range, cursorSample } = this.#options.view.getState();
    const from = this.store.getState().looping && range ? range.fromSample : cursorSample;
    this.#returnSample = cursorSample;
    this.#run({ fromSample: from, speed });
  }

  playHalfSpeed(): void {
    if (this.#active && this.store.getState().speed !== 0.5 && this.store.getState().speed > 0)
      this.#changeSpeed(HALF_SPEED);
    else if (this.#active) this.stop();
    else this.play(HALF_SPEED);
  }

  /** Plays the selected range (or the selected clips' span) with its rolls once, or round and round when looping. */
  playSelection(): void {
    const span = selectedSpan(this.#options.mirror, this.#options.view.getState());
    if (!span) {
      this.play();
      return;
    }
    this.#returnSample = span.fromSample;
    this.#run(spanWithRolls(span, this.rolls(), this.store.getState().looping));
  }

  /** How long it rolls before and after what is played or recorded; 0 where that is off. */
  rolls(): RollSamples {
    return rollSamples(this.#options.preferences(), this.#options.mirror.clock().sampleRate);
  }

  /** Stops where it is heard, or back where playing began. */
  stop(): void {
    this.#stopAt(this.#options.preferences().returnOnStop ? this.#returnSample : null);
  }

  /** Stops, also what is only about to be recorded; or plays from the cursor. */
  toggle(): void {
    if (this.#active || this.#isBeingRecorded) this.stop();
    else this.play();
  }

  /** K: stops where it is heard, whatever the setting. */
  pause(): void {
    this.#stopAt(null);
  }

  /** J and L: one way, faster at each press. */
  shuttle(direction: 1 | -1): void {
    if (this.#isRecording) return;
    const { speed } = this.store.getState();
    const playback = this.#active ?? this.#playbackNow();
    const next = { numerator: shuttleSpeed(speed, direction, playback.mostSpeed), denominator: 1 };
    if (this.#active) {
      this.#changeSpeed(next);
      return;
    }
    const { cursorSample } = this.#options.view.getState();
    this.#returnSample = cursorSample;
    this.#run({ fromSample: cursorSample, speed: next });
  }

  /** Moves by whole frames, onto a frame boundary, and lets that frame be heard. Stops first; never a recording. */
  jogFrames(frames: number): void {
    if (this.#isRecording) return;
    this.pause();
    const { mirror, view } = this.#options;
    const { startSample, lengthSamples } = frameFrom(view.getState().cursorSample, frames, mirror.clock());
    this.locate(startSample);
    view.getState().reveal(startSample);
    if (this.#engine.isRunning) this.#engine.sound(startSample, lengthSamples);
  }

  setLooping(looping: boolean): void {
    this.store.setState({ looping });
    if (!this.#active || this.#isRecording || this.store.getState().speed <= 0) return;
    this.#active.setLoop(this.#loop());
  }

  /** The speed of play from now on; what plays goes on at it. */
  setPlaySpeed(playSpeed: Speed): void {
    const { playSpeed: before, speed } = this.store.getState();
    this.store.setState({ playSpeed });
    if (this.#active && !this.#isRecording && speed === paceOf(before)) this.#changeSpeed(playSpeed);
  }

  /** What plays at another speed goes on with its pitch kept, or not. */
  renewPitch(): void {
    const { speed, playSpeed } = this.store.getState();
    if (!this.#active || this.#isRecording || speed === 0 || speed === 1) return;
    if (speed === paceOf(playSpeed)) this.#changeSpeed(playSpeed);
    else this.#changeSpeed(speed === 0.5 ? HALF_SPEED : { numerator: speed, denominator: 1 });
  }

  /** How loud the preview is; the engine's has its own. */
  setMonitorGainDb(monitorGainDb: number): void {
    this.store.setState({ monitorGainDb });
    this.#preview.setMonitorGainDb(monitorGainDb);
  }

  /** The level of the preview's sides now, as amplitudes. */
  peaks(): readonly [number, number] {
    return this.#preview.peaks();
  }

  /** Ends playback and gives the sound device back. What is being recorded is the host's, and goes on. */
  dispose(): void {
    if (this.#isRecording) this.#engine.release();
    this.#unsubscribe();
    this.#sayStarting.cancel();
    this.#atRest.cancel();
    this.#preview.dispose();
    this.#engine.dispose();
  }

  #playbackNow(): Playback {
    return this.#engine.isRunning ? this.#engine : this.#preview;
  }

  #loop(): Loop | null {
    return this.store.getState().looping ? selectedRange(this.#options.view.getState()) : null;
  }

  get #isRecording(): boolean {
    return this.#options.recordPhase() !== 'idle';
  }

  /** So that stop ends it; one that is being taken in has ended. */
  get #isBeingRecorded(): boolean {
    return this.#isRecording && this.#options.recordPhase() !== 'finishing';
  }

  #run(what: Partial<PlaybackRequest> & { readonly fromSample: number }): void {
    if (this.#isRecording) {
      if (this.#options.recordPhase() === 'finishing') this.#options.onFinishing();
      return;
    }
    const playback = this.#playbackNow();
    if (this.#active && this.#active !== playback) this.#active.stop(what.fromSample);
    const { playSpeed, underruns } = this.store.getState();
    const { keepPitch } = this.#options.preferences();
    const request = wholeRequest({ speed: playSpeed, keepPitch, loop: this.#loop(), ...what });
    const wasPlaying = this.#active !== null;
    this.#active = playback;
    this.#sayStarting.beginAnew();
    this.store.setState({ phase: 'playing', speed: paceOf(request.speed), underruns: wasPlaying ? underruns : 0 });
    playback.play(request);
  }

  #changeSpeed(speed: Speed): void {
    const isNormal = isSameSpeed(speed, NORMAL_SPEED);
    this.store.setState({ speed: paceOf(speed) });
    this.#active?.changeSpeed(speed, !isNormal && this.#options.preferences().keepPitch);
  }

  /** `sample`: where to stand afterwards; null: where it was heard. */
  #stopAt(sample: number | null): void {
    const playback = this.#active;
    if (!playback) {
      if (!this.#isBeingRecorded) return;
      // Not seen to roll yet: its files are being made, or its lead runs.
      this.#engine.release();
      this.#options.stopRecording(this.#options.view.getState().cursorSample);
      return;
    }
    const standAt = sample ?? Math.max(0, Math.round(this.positionSamples()));
    const recording = this.#isRecording;
    this.#rest();
    if (recording) this.#engine.release();
    else playback.stop(standAt);
    this.#stand(standAt);
    if (recording) this.#options.stopRecording(standAt);
  }

  /** Puts the cursor there, in sight of whoever follows what plays. */
  #stand(sample: number): void {
    const { setCursor, reveal, followPlayhead } = this.#options.view.getState();
    setCursor(sample);
    if (followPlayhead) reveal(sample);
  }

  /** Nothing plays any more, as far as can be seen here. */
  #rest(): void {
    this.#active = null;
    this.#sayStarting.cancel();
    this.store.setState({ phase: 'stopped', speed: 0 });
  }

  #eventsOf(self: () => Playback): PlaybackEvents {
    const { view, onError } = this.#options;
    const isActive = () => this.#active === self();
    return {
      onStarted: () => {
        if (!isActive()) return;
        this.#sayStarting.cancel();
        this.store.setState({ phase: 'playing' });
      },
      onRolling: (speed) => {
        if (!isActive()) {
          this.#active?.stop(0);
          this.#active = self();
          this.#returnSample = view.getState().cursorSample;
        }
        this.#sayStarting.cancel();
        this.store.setState({ phase: 'playing', speed });
      },
      onEnded: (atSample) => {
        if (!isActive()) return;
        const { speed } = this.store.getState();
        this.#rest();
        const returns = this.#options.preferences().returnOnStop && speed > 0;
        this.#stand(returns ? this.#returnSample : Math.max(0, atSample));
      },
      onLost: (atSample) => {
        if (!isActive()) return;
        this.#rest();
        this.#stand(Math.max(0, Math.round(atSample)));
      },
      onUnderrun: () => this.store.setState(({ underruns }) => ({ underruns: underruns + 1 })),
      onError: (error) => {
        if (isActive() && self().positionSamples(performance.now()) === null) this.#rest();
        onError(error);
      },
    };
  }

  #tellWhatRests(): void {
    if (this.#isRecording) return;
    if (!this.#active) this.#engine.stand(this.#options.view.getState().cursorSample);
    else if (this.store.getState().speed > 0 && this.#active === this.#engine) this.#engine.setLoop(this.#loop());
  }
}
