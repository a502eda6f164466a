import { create } from 'zustand';
import { openDialog } from '../app/dialogs.ts';

export type AudioPage = 'settings' | 'calibrate' | 'engine';

/** The page that the audio settings show, or show when they are opened next. */
export const useAudioPage = create<{ readonly page: AudioPage }>(() => ({ page: 'settings' }));

/** Opens the audio settings at that page. */
export function showAudioPage(page: AudioPage): void {
  useAudioPage.setState({ page });
  openDialog('audio');
}
