import { createStore, type StoreApi } from 'zustand/vanilla';

/** The track whose inputs are offered in a menu; null: none. */
export const inputMenu: StoreApi<{ readonly trackId: number | null }> = createStore<{
  readonly trackId: number | null;
}>(() => ({ trackId: null }));

export function openInputMenu(trackId: number): void {
  inputMenu.setState({ trackId });
}

export function closeInputMenu(): void {
  inputMenu.setState({ trackId: null });
}
