import { createRequire } from 'node:module';

/** What is used of naudiodon: the list of devices. Its streams are not (they run the callback through JavaScript). */
export type Naudiodon = {
  getHostAPIs(): { readonly defaultHostAPI: number; readonly HostAPIs: readonly NaudiodonHostApi[] };
  getDevices(): readonly NaudiodonDevice[];
};

export type NaudiodonHostApi = {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly deviceCount: number;
  readonly defaultInput: number;
  readonly defaultOutput: number;
};

/** Its latencies are left out: they are cut to whole seconds on their way. */
export type NaudiodonDevice = {
  readonly id: number;
  readonly name: string;
  readonly hostAPIName: string;
  readonly maxInputChannels: number;
  readonly maxOutputChannels: number;
  readonly defaultSampleRate: number;
};

/**
 * Loads naudiodon, or says why it cannot be. It is an optional dependency: not every machine can build it. To be called
 * once in a process and in one thread only, after the addon opened PortAudio, so that both share one library.
 */
export function loadNaudiodon(): { readonly naudiodon: Naudiodon } | { readonly reason: string } {
  try {
    return { naudiodon: createRequire(import.meta.url)('naudiodon') as Naudiodon };
  } catch (cause) {
    return { reason: (cause as Error).message.split('\n')[0] ?? 'unknown' };
  }
}
