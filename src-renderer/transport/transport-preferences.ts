import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';

/** How one person likes to play and record on this machine. */
export type TransportPreferences = {
  /** After stop, go back to where playing began. */
  readonly returnOnStop: boolean;
  readonly preRollOn: boolean;
  readonly preRollSeconds: number;
  readonly postRollOn: boolean;
  readonly postRollSeconds: number;
  /** Shuttle and varispeed keep the pitch, as far as they can. */
  readonly keepPitch: boolean;
  /** Record rolls without recording: its key punches in and out while it rolls. */
  readonly punchByHand: boolean;
  readonly set: (change: Partial<Omit<TransportPreferences, 'set'>>) => void;
};

/** To choose from, in seconds. */
export const ROLL_SECONDS = [0.5, 1, 2, 3, 5, 10, 20] as const;

/** Kept in this browser's local storage. */
export const useTransportPreferences = create<TransportPreferences>()(
  persist(
    (set) => ({
      returnOnStop: true,
      preRollOn: false,
      preRollSeconds: 3,
      postRollOn: false,
      postRollSeconds: 2,
      keepPitch: false,
      punchByHand: false,
      set: (change) => set(change),
    }),
    { name: 'twopop.transport', storage: createJSONStorage(() => localStorage), version: 1 },
  ),
);

export type RollSamples = { readonly preRollSamples: number; readonly postRollSamples: number };

/** How long it rolls before and after, in samples; 0 where that is off. */
export function rollSamples(
  preferences: Pick<TransportPreferences, 'preRollOn' | 'preRollSeconds' | 'postRollOn' | 'postRollSeconds'>,
  sampleRate: number,
): RollSamples {
  const { preRollOn, preRollSeconds, postRollOn, postRollSeconds } = preferences;
  return {
    preRollSamples: preRollOn ? Math.round(preRollSeconds * sampleRate) : 0,
    postRollSamples: postRollOn ? Math.round(postRollSeconds * sampleRate) : 0,
  };
}
