/** Rows that lie in time, kept by start so that those overlapping a range are found without looking at the rest. */

type Span = { readonly id: number; readonly startSample: number; readonly lengthSamples: number };

function comesBefore(a: Span, b: Span): boolean {
  return a.startSample < b.startSample || (a.startSample === b.startSample && a.id < b.id);
}

/** An ordered list of spans. Adding and removing one costs a binary search and a move of what follows. */
export class SpanIndex<Row extends Span> {
  #rows: Row[] = [];
  /** No row is longer than this; grows at once, shrinks only when the list is filled anew. */
  #longest = 0;

  /** Every row, by start. The array is the index's own: do not change it. */
  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** Replaces everything. */
  fill(rows: Row[]): void {
    this.#rows = rows.sort((a, b) => a.startSample - b.startSample || a.id - b.id);
    this.#longest = rows.reduce((longest, row) => Math.max(longest, row.lengthSamples), 0);
  }

  add(row: Row): void {
    this.#rows.splice(this.#position(row), 0, row);
    this.#longest = Math.max(this.#longest, row.lengthSamples);
  }

  /** Takes out a row that was added; false when it is not there. */
  remove(row: Row): boolean {
    const at = this.#position(row);
    if (this.#rows[at]?.id !== row.id) return false;
    this.#rows.splice(at, 1);
    return true;
  }

  /** Rows that overlap `[fromSample, toSample)`, by start. */
  overlapping(fromSample: number, toSample: number): Row[] {
    const found: Row[] = [];
    for (let at = this.#firstFrom(fromSample - this.#longest); at < this.#rows.length; at++) {
      const row = this.#rows[at]!;
      if (row.startSample >= toSample) break;
      if (row.startSample + row.lengthSamples > fromSample) found.push(row);
    }
    return found;
  }

  #firstFrom(sample: number): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#rows[middle]!.startSample < sample) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #position(row: Span): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comesBefore(this.#rows[middle]!, row)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
