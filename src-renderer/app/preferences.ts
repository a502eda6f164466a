import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { DriftCorrection } from '../../src-shared/model/rows.ts';

export type KeymapName = 'twopop' | 'pro-tools-like' | 'media-composer-like';
export type LeftTab = 'bin' | 'takes' | 'markers' | 'history';

/** How one person likes the workstation on this machine; nothing of it belongs to a project. */
export type Preferences = {
  readonly keymap: KeymapName;
  /** Sizes are null until someone sets them: they then follow the window. */
  readonly leftWidthPixels: number | null;
  readonly rightWidthPixels: number | null;
  readonly pictureHeightPixels: number | null;
  readonly reviewHeightPixels: number;
  /** The review takes the whole window but the bars. */
  readonly reviewMaximised: boolean;
  /** Share of the review's width that its list has; the rest is the detail's. */
  readonly reviewListShare: number;
  /** Accept all that are at least so sure, in percent. */
  readonly acceptMinimumPercent: number;
  readonly driftCorrection: DriftCorrection;
  readonly leftOpen: boolean;
  readonly rightOpen: boolean;
  readonly leftTab: LeftTab;
  readonly burnIn: boolean;
  readonly lastParentFolder: string;
  /** Import links files where they lie, as far as nothing needs converting; else it copies them. */
  readonly linkInPlace: boolean;
  readonly set: (change: Partial<Omit<Preferences, 'set'>>) => void;
};

/** Kept in this browser's local storage. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      keymap: 'twopop',
      leftWidthPixels: null,
      rightWidthPixels: null,
      pictureHeightPixels: null,
      reviewHeightPixels: 440,
      reviewMaximised: false,
      reviewListShare: 0.45,
      acceptMinimumPercent: 90,
      driftCorrection: 'resample',
      leftOpen: true,
      rightOpen: true,
      leftTab: 'bin',
      burnIn: false,
      lastParentFolder: '',
      linkInPlace: false,
      set: (change) => set(change),
    }),
    { name: 'twopop.preferences', storage: createJSONStorage(() => localStorage), version: 1 },
  ),
);
