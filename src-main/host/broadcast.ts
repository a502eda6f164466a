/** Hands each value to everyone who listens at that moment. Order is kept; nothing is kept for later listeners. */
export class Broadcast<T> {
  private readonly listeners = new Set<(value: T) => void>();
  private readonly subscriptions = new Set<Subscription<T>>();

  emit(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
    for (const subscription of [...this.subscriptions]) subscription.push(value);
  }

  /** Calls `listener` with each value until the returned function is called. */
  on(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Values from this moment on, kept in a queue until taken. Ends when `signal` aborts, when it is closed or when
   * {@link endAll} is called; what is queued then is still given.
   */
  subscribe(signal?: AbortSignal): Subscription<T> {
    const subscription = new Subscription<T>(() => this.subscriptions.delete(subscription));
    this.subscriptions.add(subscription);
    if (signal?.aborted) subscription.close();
    else signal?.addEventListener('abort', () => subscription.close(), { once: true });
    return subscription;
  }

  /** Ends every subscription; later ones start afresh. */
  endAll(): void {
    for (const subscription of [...this.subscriptions]) subscription.close();
  }
}

/** A queue of values that one reader takes with `for await`. */
export class Subscription<T> implements AsyncIterable<T> {
  private readonly queue: T[] = [];
  private readonly onClose: () => void;
  private wake: (() => void) | null = null;
  private closed = false;

  constructor(onClose: () => void) {
    this.onClose = onClose;
  }

  push(value: T): void {
    if (this.closed) return;
    this.queue.push(value);
    this.wake?.();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.onClose();
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (;;) {
        while (this.queue.length > 0) yield this.queue.shift() as T;
        if (this.closed) return;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = null;
      }
    } finally {
      this.close();
    }
  }
}
