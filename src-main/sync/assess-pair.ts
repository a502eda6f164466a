import { rm } from 'node:fs/promises';
import type { ChannelChoice } from '../../src-shared/sync/channel-choice.ts';
import { assessTracks, type LaidPair, type OpenTracks } from './assess-tracks.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import type { OpenSyncAudio, SyncInput } from './sync-input.ts';
import { loadSyncKernel } from './sync-kernel.ts';
import { listenToRecorder } from './sync-source.ts';

/**
 * Assesses the recorder's microphones for one pair that sync did not find itself, such as one laid by hand. The recorder
 * file is listened to from first to last for it. Null where the two files share too little, or have too many channels.
 * Throws what opening and reading throw, and the signal's reason when aborted; its scratch files are gone either way.
 */
export async function assessPair(
  pair: LaidPair,
  cameraSeconds: number,
  recorder: SyncInput,
  how: { readonly openAudio: OpenSyncAudio; readonly openTracks: OpenTracks; readonly signal: AbortSignal },
): Promise<ChannelChoice | null> {
  const { openAudio, openTracks, signal } = how;
  signal.throwIfAborted();
  const cancelFlag = new Int32Array(new SharedArrayBuffer(4));
  const cancel = () => Atomics.store(cancelFlag, 0, 1);
  signal.addEventListener('abort', cancel, { once: true });
  const scratchFolder = await makeScratchFolder('assess');
  const kernel = loadSyncKernel();
  try {
    const heard = await listenToRecorder(recorder, { kernel, openAudio, scratchFolder, signal });
    try {
      const assessing = { kernel, openTracks, scratchFolder, cancelFlag, signal };
      return await assessTracks(pair, { durationSeconds: cameraSeconds }, heard, assessing);
    } finally {
      await heard.release();
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    await rm(scratchFolder, { recursive: true, force: true });
  }
}
