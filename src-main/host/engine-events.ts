import type { EngineStatus } from '../../src-shared/engine/live-engine.ts';
import type { NativeTelemetry } from '../engine/process/native-engine.ts';

export type FeedEvent =
  | { readonly type: 'status'; readonly status: EngineStatus }
  | { readonly type: 'telemetry'; readonly telemetry: NativeTelemetry };

type Follower = { statuses: EngineStatus[]; telemetry: NativeTelemetry | null; wake: () => void; ended: boolean };

/**
 * How the engine is, for everyone who follows: every status, but of telemetry only the newest, so that a view that is
 * slow or hidden gets no backlog.
 */
export class EngineEvents {
  private readonly followers = new Set<Follower>();

  status(status: EngineStatus): void {
    for (const follower of this.followers) {
      follower.statuses.push(status);
      follower.wake();
    }
  }

  telemetry(telemetry: NativeTelemetry): void {
    for (const follower of this.followers) {
      follower.telemetry = telemetry;
      follower.wake();
    }
  }

  /** Ends what everyone follows. */
  end(): void {
    for (const follower of this.followers) {
      follower.ended = true;
      follower.wake();
    }
  }

  /** `current` first, then what comes, until `signal` aborts. */
  async *follow(current: EngineStatus, signal?: AbortSignal): AsyncGenerator<FeedEvent> {
    const follower: Follower = { statuses: [current], telemetry: null, wake: () => {}, ended: false };
    const abort = () => {
      follower.ended = true;
      follower.wake();
    };
    this.followers.add(follower);
    if (signal?.aborted) follower.ended = true;
    signal?.addEventListener('abort', abort, { once: true });
    try {
      while (!follower.ended) {
        const status = follower.statuses.shift();
        const { telemetry } = follower;
        if (status) {
          yield { type: 'status', status };
        } else if (telemetry) {
          follower.telemetry = null;
          yield { type: 'telemetry', telemetry };
        } else {
          await new Promise<void>((resolve) => {
            follower.wake = resolve;
          });
        }
      }
    } finally {
      this.followers.delete(follower);
      signal?.removeEventListener('abort', abort);
    }
  }
}
