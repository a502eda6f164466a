import { create } from 'zustand';

type BinSelection = {
  /** Keys of {@link BinRow}s. */
  readonly keys: ReadonlySet<string>;
  readonly cursorKey: string | null;
};

/** What is selected in the bin. */
export const useBinSelection = create<BinSelection>(() => ({ keys: new Set(), cursorKey: null }));

/** The ids of the selected rows of one kind, in no order that matters. */
export function selectedIds(kind: 'source' | 'picture'): readonly number[] {
  return [...useBinSelection.getState().keys]
    .filter((key) => key.startsWith(`${kind}/`))
    .map((key) => Number(key.split('/')[1]));
}
