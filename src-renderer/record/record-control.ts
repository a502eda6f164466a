import type { StoreApi } from 'zustand/vanilla';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { RecordedPass, RecordState } from '../../src-shared/rpc/record-schemas.ts';
import type { HostClient } from '../app/connection.ts';
import type { EngineLink } from '../engine/engine-link.ts';
import type { TimelineView } from '../timeline/timeline-view.ts';
import { selectedRange } from '../transport/selected-span.ts';
import type { Transport } from '../transport/transport.ts';
import type { TransportPreferences } from '../transport/transport-preferences.ts';
import { isRefusal, recordRequest } from './record-request.ts';
import type { Scene } from './remembered-scene.ts';

type RecordControlOptions = {
  readonly engine: Pick<EngineLink, 'store' | 'onRecordingEnded' | 'onRecordingWarning'>;
  /** Throws while there is no connection. */
  readonly client: () => {
    readonly record: Pick<HostClient['record'], 'start' | 'stop' | 'punchIn' | 'punchOut' | 'space'>;
    readonly transport: Pick<HostClient['transport'], 'locate'>;
  };
  readonly view: StoreApi<TimelineView>;
  readonly transport: Pick<Transport, 'store' | 'rolls' | 'stop' | 'playing' | 'positionSamples'>;
  readonly scene: StoreApi<Scene>;
  readonly preferences: () => Pick<TransportPreferences, 'punchByHand'>;
  readonly readOnly: boolean;
  readonly onError: (error: unknown) => void;
  /** What was told before of why it could not begin is true no more. */
  readonly onBegun: () => void;
  /** Tells something worth knowing. */
  readonly onNotice: (message: string, remedy: string) => void;
  /** Tells what stays until it is read: how it went wrong, or, while it records, what would end it. */
  readonly onProblem: (message: string, remedy: string, about: 'end' | 'disk') => void;
  /** Nothing is recorded any more: what was told of the disk is true no more. */
  readonly onOver: () => void;
};

const HARMLESS: ReadonlySet<string> = new Set(['record.none-armed', 'record.no-input', 'record.speed']);

/** The record key and button: begins, punches, ends, and tells how it ended. Any window may end what another began. */
export class RecordControl {
  readonly #options: RecordControlOptions;
  readonly #unsubscribe: readonly (() => void)[];
  /** Asked for here, and the host has not said yet that it begins. */
  #isAsked = false;

  constructor(options: RecordControlOptions) {
    this.#options = options;
    const { engine, onProblem, onOver } = options;
    this.#unsubscribe = [
      engine.onRecordingEnded((pass) => this.#tellEnd(pass)),
      engine.onRecordingWarning(({ message }) => onProblem(message, 'Stop, or free some space on the disk.', 'disk')),
      engine.store.subscribe(({ record }, before) => {
        if (record.phase === 'idle' && before.record.phase !== 'idle') onOver();
      }),
    ];
  }

  get state(): RecordState {
    return this.#options.engine.store.getState().record;
  }

  /** Of the host's recording, from the key on. */
  get phase(): RecordState['phase'] {
    const { phase } = this.state;
    return phase === 'idle' && this.#isAsked ? 'starting' : phase;
  }

  /** The scene or cue of the next takes. */
  get scene(): StoreApi<Scene> {
    return this.#options.scene;
  }

  /**
   * The record key: begins to record; while that rolls it punches in or out, or ends what has its span, whichever window
   * began it. What does not roll yet is called off.
   */
  press(): Promise<void> {
    const { phase } = this;
    const { isPunchedIn, punch } = this.state;
    if (phase === 'idle') return this.#start();
    if (phase === 'finishing') return Promise.resolve();
    if (phase === 'starting' || punch === 'span') {
      this.#options.transport.stop();
      return Promise.resolve();
    }
    return this.#try(() => {
      const { record } = this.#options.client();
      return isPunchedIn ? record.punchOut({}) : record.punchIn({});
    });
  }

  /** Ends the recording and its rolling, tells how it ended, and stands there. */
  async stop(standAtSample: number): Promise<void> {
    await this.#try(async () => {
      const { record, transport } = this.#options.client();
      const pass = await record.stop({});
      if (pass) this.#tellEnd(pass);
      await transport.locate({ timelineSample: standAtSample });
    });
  }

  dispose(): void {
    for (const stop of this.#unsubscribe) stop();
  }

  async #start(): Promise<void> {
    const { engine, transport, view, preferences, readOnly } = this.#options;
    const { status, settings, trackInputs } = engine.store.getState();
    const { cursorSample } = view.getState();
    const { looping, speed } = transport.store.getState();
    const request = recordRequest({
      readOnly,
      status,
      settings,
      trackInputs,
      isRolling: transport.playing(),
      speed,
      range: selectedRange(view.getState()),
      positionSample: transport.positionSamples(),
      cursorSample,
      looping,
      punchByHand: preferences().punchByHand,
      ...transport.rolls(),
      scene: this.scene.getState().scene,
    });
    if (isRefusal(request)) {
      // What is mended at once is no problem that has to be closed.
      if (HARMLESS.has(request.code)) this.#options.onNotice(request.message, request.remedy);
      else this.#options.onError(new TwopopError(request));
      return;
    }
    this.#isAsked = true;
    await this.#try(async () => {
      const { phase } = await this.#options.client().record.start(request);
      this.#options.onBegun();
      if (phase === 'idle') this.#options.onNotice('It was stopped before it rolled, so nothing was recorded.', '');
    });
    this.#isAsked = false;
  }

  #tellEnd({ takeIds, notices, isTroubled }: RecordedPass): void {
    for (const notice of notices)
      if (isTroubled) this.#options.onProblem(notice, '', 'end');
      else this.#options.onNotice(notice, '');
    if (takeIds.length === 0 && notices.length === 0)
      this.#options.onNotice('Nothing was punched in, so nothing was kept.', '');
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}
