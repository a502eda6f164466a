/**
 * Rows in order of a position, for range queries: insert and remove by binary search, a query touches only what it
 * returns. Rows that span (clips) must be sorted by start and by end alike, which the overwrite rule sees to.
 */
export class PlacedRows<R extends { readonly id: number }> {
  readonly #startOf: (row: R) => number;
  readonly #endOf: (row: R) => number;
  #rows: R[] = [];

  constructor(startOf: (row: R) => number, endOf: (row: R) => number) {
    this.#startOf = startOf;
    this.#endOf = endOf;
  }

  /** Takes many rows at once, in any order. */
  load(rows: R[]): void {
    this.#rows = rows.sort((a, b) => this.#startOf(a) - this.#startOf(b) || a.id - b.id);
  }

  all(): R[] {
    return this.#rows.slice();
  }

  get last(): R | undefined {
    return this.#rows.at(-1);
  }

  insert(row: R): void {
    const start = this.#startOf(row);
    let place = this.#firstFrom(start);
    for (let other = this.#rows[place]; other && this.#startOf(other) === start && other.id < row.id; ) {
      place += 1;
      other = this.#rows[place];
    }
    this.#rows.splice(place, 0, row);
  }

  remove(row: R): void {
    this.#rows.splice(this.#placeOf(row), 1);
  }

  /** Puts `after` in place of `before`, wherever it belongs now. */
  replace(before: R, after: R): void {
    if (this.#startOf(before) === this.#startOf(after)) this.#rows[this.#placeOf(before)] = after;
    else {
      this.remove(before);
      this.insert(after);
    }
  }

  /** Rows that overlap `[from, to)`, in order. */
  overlapping(from: number, to: number): R[] {
    let place = this.#firstFrom(to);
    const end = place;
    while (place > 0 && this.#endOf(this.#rows[place - 1] as R) > from) place -= 1;
    return this.#rows.slice(place, end);
  }

  #placeOf(row: R): number {
    let place = this.#firstFrom(this.#startOf(row));
    while (place < this.#rows.length && this.#rows[place]?.id !== row.id) place += 1;
    if (place === this.#rows.length) throw new RangeError(`row ${row.id} is not in order`);
    return place;
  }

  /** Index of the first row that starts at or after `sample`. */
  #firstFrom(sample: number): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#startOf(this.#rows[middle] as R) < sample) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
