import type { EngineEvent } from '../../src-shared/engine/live-engine.ts';
import type { NativeTelemetry } from '../engine/process/native-engine.ts';

/** What is told as often as it changes. */
export type EngineChange = Exclude<EngineEvent, { readonly type: 'telemetry' }>;
export type FeedEvent = EngineChange | { readonly type: 'telemetry'; readonly telemetry: NativeTelemetry };

type Follower = { changes: EngineChange[]; telemetry: NativeTelemetry | null; wake: () => void; ended: boolean };

/**
 * How the engine is, for everyone who follows: every change, but of telemetry only the newest, so that a view that is
 * slow or hidden gets no backlog.
 */
export class EngineEvents {
  private readonly followers = new Set<Follower>();

  change(change: EngineChange): void {
    for (const follower of this.followers) {
      follower.changes.push(change);
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
  async *follow(current: readonly EngineChange[], signal?: AbortSignal): AsyncGenerator<FeedEvent> {
    const follower: Follower = { changes: [...current], telemetry: null, wake: () => {}, ended: false };
    const abort = () => {
      follower.ended = true;
      follower.wake();
    };
    this.followers.add(follower);
    if (signal?.aborted) follower.ended = true;
    signal?.addEventListener('abort', abort, { once: true });
    try {
      while (!follower.ended) {
        const change = follower.changes.shift();
        const { telemetry } = follower;
        if (change) {
          yield change;
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
