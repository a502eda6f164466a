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

type RecordControlOptions = {
  readonly engine: Pick<EngineLink, 'store' | 'onRecordingEnded' | 'onRecordingWarning'>;
  /** Throws while there is no connection. */
  readonly client: () => {
    readonly record: Pick<HostClient['record'], 'start' | 'stop' | 'punchIn' | 'punchOut' | 'space'>;
    readonly transport: Pick<HostClient['transport'], 'locate'>;
  };
  readonly view: StoreApi<TimelineView>;
  readonly transport: Pick<Transport, 'store' | 'rolls' | 'stop' | 'playing'>;
  readonly preferences: () => Pick<TransportPreferences, 'punchByHand'>;
  readonly readOnly: boolean;
  readonly onError: (error: unknown) => void;
  /** What was told before of why it could not begin is true no more. */
  readonly onBegun: () => void;
  /** Tells something worth knowing. */
  readonly onNotice: (message: string, remedy: string) => void;
};

/** The record key and button: begins, punches, ends, and tells how it ended. Any window may end what another began. */
export class RecordControl {
  readonly #options: RecordControlOptions;
  readonly #unsubscribe: readonly (() => void)[];
  #isBySpan = false;

  constructor(options: RecordControlOptions) {
    this.#options = options;
    const { engine, onNotice } = options;
    this.#unsubscribe = [
      engine.onRecordingEnded((pass) => this.#tellEnd(pass)),
      engine.onRecordingWarning(({ message }) => onNotice(message, 'Stop, or free some space on the disk.')),
    ];
  }

  get state(): RecordState {
    return this.#options.engine.store.getState().record;
  }

  /** A recording of this window whose span was chosen beforehand: the key has nothing to punch, and ends it. */
  get isBySpan(): boolean {
    return this.#isBySpan && this.state.phase !== 'idle';
  }

  /** The record key: begins to record; while that rolls it punches in or out, or ends what has its span. */
  press(): Promise<void> {
    const { phase, isPunchedIn } = this.state;
    if (phase === 'idle') return this.#start();
    if (phase !== 'rolling') return Promise.resolve();
    if (this.isBySpan) {
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
      cursorSample,
      looping,
      punchByHand: preferences().punchByHand,
      ...transport.rolls(),
    });
    if (isRefusal(request)) {
      this.#options.onError(new TwopopError(request));
      return;
    }
    this.#isBySpan = typeof request.punch === 'object';
    await this.#try(async () => {
      await this.#options.client().record.start(request);
      this.#options.onBegun();
    });
  }

  #tellEnd({ takeIds, notices }: RecordedPass): void {
    for (const notice of notices) this.#options.onNotice(notice, '');
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
