import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DeviceListing, EngineStatus, ListedDevice, TrackInput } from '../../src-shared/engine/live-engine.ts';
import type { EngineLink } from './engine-link.ts';
import type { TrackInputs } from './input-routing.ts';

/** The way to the host. */
export type TrackInputsHost = {
  /** Keeps the whole list; resolves to the list as it is then. */
  readonly setTrackInputs: (inputs: TrackInput[]) => Promise<readonly TrackInput[]>;
  readonly devices: () => Promise<DeviceListing>;
};

/** How long to wait after each time that the names of a device were not to be had. */
const ASK_AGAIN_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000] as const;

/**
 * Where the open project's tracks record from: the one place that changes the list. Changes are made one after the other,
 * each to the list as the one before left it, and sent whole; every view follows by the events that come of it.
 */
export class TrackInputsEditor {
  readonly engine: EngineLink;
  /** Names of the inputs of the device that runs, in order; none while no device runs. */
  readonly names: StoreApi<readonly string[]> = createStore<readonly string[]>(() => []);
  readonly #host: TrackInputsHost;
  readonly #unsubscribe: () => void;
  #turn: Promise<unknown> = Promise.resolve();
  #namesOf = '';

  constructor(engine: EngineLink, host: TrackInputsHost) {
    this.engine = engine;
    this.#host = host;
    const follow = ({ status }: { readonly status: EngineStatus | null }) => void this.#followDevice(status);
    follow(engine.store.getState());
    this.#unsubscribe = engine.store.subscribe(follow);
  }

  /** As the host told it last. */
  get list(): TrackInputs {
    return this.engine.store.getState().trackInputs;
  }

  /** Changes the list, after what was asked for before; nothing is sent where it stays the same. Rejects as the host does. */
  change(edit: (list: TrackInputs) => TrackInputs): Promise<void> {
    const changed = this.#turn.then(async () => {
      const before = this.list;
      const after = edit(before);
      if (after === before) return;
      const trackInputs = await this.#host.setTrackInputs([...after]);
      this.engine.store.setState({ trackInputs });
    });
    this.#turn = changed.catch(() => {});
    return changed;
  }

  dispose(): void {
    this.#namesOf = '';
    this.#unsubscribe();
  }

  async #followDevice(status: EngineStatus | null): Promise<void> {
    const running = status?.state === 'running' ? status : null;
    const key = running ? JSON.stringify([running.input, running.inputChannels]) : '';
    if (key === this.#namesOf) return;
    this.#namesOf = key;
    if (!running) return this.names.setState([], true);
    const plain = Array.from({ length: running.inputChannels }, (_, at) => `Input ${at + 1}`);
    this.names.setState(plain, true);
    for (const waitMs of ASK_AGAIN_MS) {
      const listed = await this.#listed(running.input);
      if (this.#namesOf !== key) return;
      if (listed)
        return this.names.setState(
          plain.map((name, at) => listed.inputChannels[at] ?? name),
          true,
        );
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (this.#namesOf !== key) return;
    }
  }

  /** Null where it is not listed, or nobody can say: a driver may be busy with being opened. */
  async #listed(device: EngineStatus['input']): Promise<ListedDevice | null> {
    const { devices } = await this.#host.devices().catch(() => ({ devices: [] }));
    return devices.find((one) => one.hostApi === device?.hostApi && one.name === device.name) ?? null;
  }
}
