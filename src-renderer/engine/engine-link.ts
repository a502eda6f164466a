import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  AudioSettings,
  EngineStatus,
  MonitorSettings,
  Telemetry,
  TrackInput,
} from '../../src-shared/engine/live-engine.ts';
import type { RecordEvent, RecordedPass, RecordState } from '../../src-shared/rpc/record-schemas.ts';
import type { HostClient } from '../app/connection.ts';
import { DeviceClock } from './device-clock.ts';
import { HostClock } from './host-clock.ts';
import { MeterWatch } from './meter-watch.ts';

export type EngineLinkState = {
  /** Null before the host has said it. */
  readonly status: EngineStatus | null;
  readonly settings: AudioSettings | null;
  readonly monitor: MonitorSettings | null;
  /** Of the open project. */
  readonly trackInputs: readonly TrackInput[];
  readonly record: RecordState;
  /** How hard the engine works and what it lost, a few times a second; null while no device runs. */
  readonly health: EngineHealth | null;
};

export type EngineHealth = Pick<Telemetry, 'loadMean' | 'loadPeak' | 'losses' | 'disk' | 'armed'>;

type RecordWarning = Extract<RecordEvent, { readonly type: 'warning' }>;

const NOT_RECORDING: RecordState = { phase: 'idle', pass: null, trackIds: [], isPunchedIn: false, punch: null };
const HEALTH_EVERY_MS = 250;

/**
 * The live engine as this page knows it: settings and state in a store for what is rendered, telemetry at its own rate for
 * what is drawn, and the way from the page's clock to the device's. It lives as long as the page, over connections.
 */
export class EngineLink {
  readonly store: StoreApi<EngineLinkState> = createStore<EngineLinkState>(() => ({
    status: null,
    settings: null,
    monitor: null,
    trackInputs: [],
    record: NOT_RECORDING,
    health: null,
  }));
  readonly meters: MeterWatch;
  readonly viewId = crypto.randomUUID();
  readonly #hostClock = new HostClock();
  readonly #deviceClock = new DeviceClock();
  readonly #telemetryListeners = new Set<(telemetry: Telemetry) => void>();
  readonly #endedListeners = new Set<(pass: RecordedPass) => void>();
  readonly #warningListeners = new Set<(warning: RecordWarning) => void>();
  #client: HostClient | null = null;
  #telemetry: Telemetry | null = null;
  #healthAtMs = 0;

  constructor() {
    this.meters = new MeterWatch((points) => {
      if (!this.#client) throw new Error('not connected');
      return this.#client.engine.watchMeters({ viewId: this.viewId, points: [...points] });
    });
  }

  /** Whether a device runs, so that it is the engine that plays. */
  get isRunning(): boolean {
    return this.store.getState().status?.state === 'running';
  }

  /** As it was told last; null while no device runs. */
  get telemetry(): Telemetry | null {
    return this.#telemetry;
  }

  /** Called with each telemetry frame, about 30 times a second. The returned function ends it. */
  onTelemetry(listener: (telemetry: Telemetry) => void): () => void {
    this.#telemetryListeners.add(listener);
    return () => void this.#telemetryListeners.delete(listener);
  }

  /** Called with each recording that ended by itself. */
  onRecordingEnded(listener: (pass: RecordedPass) => void): () => void {
    this.#endedListeners.add(listener);
    return () => void this.#endedListeners.delete(listener);
  }

  /** Called when the disk comes near its end while something is recorded. */
  onRecordingWarning(listener: (warning: RecordWarning) => void): () => void {
    this.#warningListeners.add(listener);
    return () => void this.#warningListeners.delete(listener);
  }

  /** The device's clock at a time of `performance.now()`, fractional; null where it cannot be known. */
  deviceClockAt(pageMs: number): number | null {
    const hostNs = this.#hostClock.hostNs(pageMs);
    return hostNs === null ? null : this.#deviceClock.clockAt(hostNs);
  }

  /** Puts out every clip light; nothing where no device runs. */
  async clearClipped(): Promise<void> {
    if (this.isRunning) await this.#client?.engine.clearClipped();
  }

  /** Follows the engine over one connection until `signal` aborts; rejects when the connection breaks. */
  async follow(client: HostClient, signal: AbortSignal): Promise<void> {
    this.#client = client;
    try {
      await Promise.all([
        this.#followEngine(client, signal),
        this.#followRecording(client, signal),
        this.#hostClock.follow(async () => (await client.engine.ping()).nowNs, signal),
      ]);
    } finally {
      this.#forget();
    }
  }

  /** Without a connection nobody here knows whether a device runs or records: the next one says it. */
  #forget(): void {
    this.#client = null;
    this.#telemetry = null;
    this.#deviceClock.reset();
    this.meters.rest();
    this.store.setState({ status: null, health: null, record: NOT_RECORDING });
  }

  async #followEngine(client: HostClient, signal: AbortSignal): Promise<void> {
    const events = await client.engine.events({ viewId: this.viewId }, { signal });
    this.meters.renew();
    for await (const event of events) {
      if (this.#client !== client) return;
      if (event.type === 'telemetry') this.#takeTelemetry(event.telemetry);
      else if (event.type === 'status') this.#takeStatus(event.status);
      else if (event.type === 'settings') this.store.setState({ settings: event.settings });
      else if (event.type === 'monitor') this.store.setState({ monitor: event.monitor });
      else this.store.setState({ trackInputs: event.trackInputs });
    }
  }

  async #followRecording(client: HostClient, signal: AbortSignal): Promise<void> {
    for await (const event of await client.record.events(undefined, { signal })) {
      if (this.#client !== client) return;
      if (event.type === 'state') this.store.setState({ record: event.state });
      else if (event.type === 'ended') for (const listener of this.#endedListeners) listener(event.pass);
      else for (const listener of this.#warningListeners) listener(event);
    }
  }

  #takeStatus(status: EngineStatus): void {
    if (status.state !== 'running') {
      this.#telemetry = null;
      this.#deviceClock.reset();
      this.meters.rest();
    }
    this.store.setState({ status, ...(status.state === 'running' ? {} : { health: null }) });
  }

  #takeTelemetry(telemetry: Telemetry): void {
    const { status } = this.store.getState();
    if (status?.state !== 'running') return;
    this.#telemetry = telemetry;
    this.#deviceClock.read(telemetry, status.sampleRate);
    this.meters.take(telemetry);
    const nowMs = performance.now();
    if (nowMs - this.#healthAtMs >= HEALTH_EVERY_MS) {
      this.#healthAtMs = nowMs;
      const { loadMean, loadPeak, losses, disk, armed } = telemetry;
      this.store.setState({ health: { loadMean, loadPeak, losses, disk, armed } });
    }
    for (const listener of this.#telemetryListeners) listener(telemetry);
  }
}
