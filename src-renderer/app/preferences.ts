import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';

export type KeymapName = 'twopop' | 'pro-tools-like' | 'media-composer-like';
export type LeftTab = 'bin' | 'sync' | 'markers' | 'history';

/** How one person likes the workstation on this machine; nothing of it belongs to a project. */
export type Preferences = {
  readonly keymap: KeymapName;
  readonly leftWidthPixels: number;
  readonly rightWidthPixels: number;
  readonly pictureHeightPixels: number;
  readonly leftOpen: boolean;
  readonly rightOpen: boolean;
  readonly leftTab: LeftTab;
  readonly burnIn: boolean;
  readonly lastParentFolder: string;
  readonly set: (change: Partial<Omit<Preferences, 'set'>>) => void;
};

/** Kept in this browser's local storage. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      keymap: 'twopop',
      leftWidthPixels: 400,
      rightWidthPixels: 340,
      pictureHeightPixels: 250,
      leftOpen: true,
      rightOpen: true,
      leftTab: 'bin',
      burnIn: false,
      lastParentFolder: '',
      set: (change) => set(change),
    }),
    { name: 'twopop.preferences', storage: createJSONStorage(() => localStorage), version: 1 },
  ),
);
