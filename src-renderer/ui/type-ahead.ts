/** A pause after which the next letter begins a new search. */
const PAUSE_MS = 900;

const COLLATOR = new Intl.Collator(undefined, { sensitivity: 'base', usage: 'search' });

function beginsWith(name: string, text: string): boolean {
  return COLLATOR.compare(name.slice(0, text.length), text) === 0;
}

/**
 * Finds names in a list by their first letters, typed quickly one after the other. The same letter again goes on to the
 * next name that begins with it.
 */
export class TypeAhead {
  #text = '';
  #lastAt = Number.NEGATIVE_INFINITY;

  /** Whether letters are being typed: a space then belongs to the name. */
  typing(atMs: number): boolean {
    return this.#text !== '' && atMs - this.#lastAt < PAUSE_MS;
  }

  /**
   * The index of the name that the letters typed so far mean, searched from `cursor` on and round the end; null when none
   * begins so. `atMs` is when the letter was typed.
   */
  press(letter: string, names: readonly string[], cursor: number, atMs: number): number | null {
    const goesOn = this.typing(atMs);
    this.#lastAt = atMs;
    const again = goesOn && [...this.#text].every((typed) => typed === letter);
    this.#text = goesOn ? this.#text + letter : letter;
    const find = (text: string, from: number) => {
      for (let step = 0; step < names.length; step++) {
        const index = (from + step) % names.length;
        if (beginsWith(names[index]!, text)) return index;
      }
      return null;
    };
    const found = find(this.#text, goesOn ? cursor : cursor + 1);
    // `aa` may mean a name that begins so; where there is none it means the second that begins with `a`.
    return found ?? (again ? find(letter, cursor + 1) : null);
  }
}
