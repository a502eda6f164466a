/**
 * Lanes of a sync that have run out of clips. While clips wait every lane has one of its own; only when the last ones
 * are being worked on does a clip begin more than one thing at a time. What comes out never depends on it.
 */
export class SpareLanes {
  private free = 0;

  /** A lane that finds no more clips lends a hand to the others. */
  add(): void {
    this.free += 1;
  }

  /** Takes a lane, to be given back; false where none is spare. */
  take(): boolean {
    if (this.free === 0) return false;
    this.free -= 1;
    return true;
  }

  giveBack(): void {
    this.free += 1;
  }

  /** The lanes as one clip sees them: shared with all others, but for what was begun for it. */
  ofClip(): ClipLanes {
    return new ClipLanes(this);
  }
}

/** Spare lanes for the work of one clip, and what was begun of that. */
export class ClipLanes {
  private readonly lanes: SpareLanes;
  private readonly begun = new Set<Promise<unknown>>();

  constructor(lanes: SpareLanes) {
    this.lanes = lanes;
  }

  take(): boolean {
    return this.lanes.take();
  }

  giveBack(): void {
    this.lanes.giveBack();
  }

  /** Work that may outlive the interest in it. */
  watch(work: Promise<unknown>): void {
    this.begun.add(work);
    const ended = () => this.begun.delete(work);
    work.then(ended, ended);
  }

  /** When all that was begun for this clip so far has ended, wanted or not: its sound may be let go of then. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.begun);
  }
}

/** Results that may lie there before anyone comes for them. */
const mostAhead = 4;

/**
 * Items with their results, in order, as they are asked for. Where lanes are spare the next are begun ahead, as far as
 * they are `worthAhead` by what is known then. Who leaves early leaves results behind that count for nothing, so
 * `begin` may not change anything; it gives null for an item that needs no work. Throws what the work throws, when its
 * turn comes.
 */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  begin: (item: Item) => Promise<Result> | null,
  spare?: ClipLanes,
  worthAhead: (item: Item, index: number) => boolean = () => true,
): AsyncGenerator<readonly [Item, Result | null]> {
  const begun: Promise<Result | null>[] = [];
  let next = 0;
  let asked = 0;
  let isOwnLaneBusy = false;
  let spareWorks = 0;
  let hasLeft = false;
  const beginNext = (ended: () => void): void => {
    const work = begin(items[next++]!);
    begun.push(work ?? Promise.resolve(null));
    if (!work) {
      ended();
      return;
    }
    spare?.watch(work);
    work.then(ended, ended);
  };
  const beginInOwnLane = () => {
    isOwnLaneBusy = true;
    beginNext(() => {
      isOwnLaneBusy = false;
    });
  };
  const isNextWorthAhead = () =>
    !hasLeft && next < items.length && next - asked < mostAhead && worthAhead(items[next]!, next);
  const beginAhead = () => {
    while (isNextWorthAhead() && spare?.take()) {
      spareWorks += 1;
      beginNext(() => {
        spareWorks -= 1;
        spare.giveBack();
        beginAhead();
      });
    }
  };
  try {
    for (const item of items) {
      const isBegun = next > asked;
      asked += 1;
      if (!isBegun) beginInOwnLane();
      // Waiting for what a spare lane does leaves this clip's own to the next.
      else if (spareWorks > 0 && !isOwnLaneBusy && isNextWorthAhead()) beginInOwnLane();
      beginAhead();
      yield [item, await begun.shift()!];
    }
  } finally {
    hasLeft = true;
  }
}
