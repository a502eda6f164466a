import type { SyncProposal } from './sync-proposals.ts';

/** How long decided clips wait for others, so that a day of cards does not become hundreds of commits. */
const WAIT_MS = 10_000;
/** The first is waited for by somebody who wants to see that it works. */
const FIRST_WAIT_MS = 1000;

/** Gathers what sync decides and hands it on together, some seconds after the first of it came. */
export class SyncBatches {
  private readonly take: (proposals: SyncProposal[]) => void;
  private readonly onFailure: () => void;
  private waiting: SyncProposal[] = [];
  private timer: NodeJS.Timeout | null = null;
  private waitMs = FIRST_WAIT_MS;
  private failure: { readonly error: unknown } | null = null;

  /** `take` may throw; `onFailure` is told at once, and {@link end} throws it. */
  constructor(take: (proposals: SyncProposal[]) => void, onFailure: () => void) {
    this.take = take;
    this.onFailure = onFailure;
  }

  add(proposals: readonly SyncProposal[]): void {
    this.waiting.push(...proposals);
    this.timer ??= setTimeout(() => this.flush(), this.waitMs);
  }

  /** Hands on what waits. Throws what the taker threw, now or before; what could not be handed on is lost. */
  end(): void {
    this.flush();
    if (this.failure) throw this.failure.error;
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const proposals = this.waiting;
    this.waiting = [];
    this.waitMs = WAIT_MS;
    if (proposals.length === 0 || this.failure) return;
    try {
      this.take(proposals);
    } catch (error) {
      this.failure = { error };
      this.onFailure();
    }
  }
}
