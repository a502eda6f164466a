import type { SyncInput } from './sync-input.ts';
import { type Listening, type OpeningSound, openSound } from './sync-source.ts';

/** Camera clips that are opened before anyone is free to listen to them: as many as share a run of the decoder. */
const clipsAhead = 8;

/** A camera clip that is being opened; `begin` says that it is waited for. */
export type ClipAhead = {
  readonly input: SyncInput;
  readonly sound: OpeningSound;
  readonly begin: () => void;
  readonly known: {
    /** How much sound it holds, as far as it says; 0 until that is known. */
    frames: number;
    /** Nobody else has to end first: it is open, or waits for its turn to be decoded. */
    isReady: boolean;
  };
};

/** Camera clips in order: those not yet asked for, and the next few, which are opened ahead. */
export class ClipsAhead {
  private readonly left: SyncInput[];
  private readonly listening: (input: SyncInput) => Listening;
  private readonly takesLongestLast: boolean;
  private readonly ahead: ClipAhead[] = [];
  private readonly opening = new Set<Promise<unknown>>();

  /** `takesLongestLast`: of the last clips the longest comes first, so that no long one is left over alone. */
  constructor(
    cameras: readonly SyncInput[],
    listening: (input: SyncInput) => Listening,
    { takesLongestLast }: { readonly takesLongestLast: boolean },
  ) {
    this.left = [...cameras];
    this.listening = listening;
    this.takesLongestLast = takesLongestLast;
  }

  open(): void {
    while (this.ahead.length < clipsAhead) {
      const input = this.left.shift();
      if (!input) return;
      const turn = Promise.withResolvers<void>();
      const known: ClipAhead['known'] = { frames: 0, isReady: false };
      const sound = openSound(input, this.listening(input), {
        turn: turn.promise,
        onPlanned: ({ frames, waitsForTurn }) => {
          known.frames = frames;
          known.isReady = waitsForTurn;
        },
      });
      const opened = (frames: number) => {
        known.frames = frames;
        known.isReady = true;
        this.opening.delete(sound.audio);
      };
      this.opening.add(sound.audio);
      sound.audio.then(
        ({ pcm }) => opened(pcm.frames),
        // What cannot be opened is told at once.
        () => opened(Number.POSITIVE_INFINITY),
      );
      this.ahead.push({ input, sound, begin: turn.resolve, known });
    }
  }

  /** The first clip that is ready, or else the first; undefined when there is none left. */
  next(): ClipAhead | undefined {
    const ready = this.ahead.filter(({ known }) => known.isReady);
    const likely = ready.length > 0 ? ready : this.ahead;
    const isTail = this.takesLongestLast && this.left.length === 0;
    const chosen = isTail ? likely.reduce<ClipAhead | undefined>(longer, undefined) : likely[0];
    if (!chosen) return undefined;
    this.ahead.splice(this.ahead.indexOf(chosen), 1);
    chosen.begin();
    this.open();
    return chosen;
  }

  /** Resolves when nothing of what was begun ahead writes any more. */
  async settled(): Promise<void> {
    for (const { begin } of this.ahead) begin();
    await Promise.allSettled(this.opening);
  }
}

function longer(longest: ClipAhead | undefined, clip: ClipAhead): ClipAhead {
  return longest && longest.known.frames >= clip.known.frames ? longest : clip;
}
