import { create } from 'zustand';
import { MEDIA_ROUTES } from '../../src-shared/rpc/media-routes.ts';
import type { JobItem } from '../../src-shared/rpc/schemas.ts';
import type { MediaAccess } from '../app/session.ts';
import type { DroppedFile } from './dropped-files.ts';

/** Files on their way to the host, as the jobs panel shows them; null when there are none. */
export type UploadBatch = {
  readonly items: readonly JobItem[];
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly cancel: () => void;
};

export const useUploads = create<{ readonly batch: UploadBatch | null }>(() => ({ batch: null }));

const PARALLEL_UPLOADS = 2;

/**
 * Streams files to the host, two at a time, each straight from the disk. Gives the host's paths of those that arrived;
 * one that fails is named in the panel and the rest go on. Cancelling gives none.
 */
export async function uploadFiles(access: MediaAccess, files: readonly DroppedFile[]): Promise<readonly string[]> {
  const batchId = crypto.randomUUID();
  const abort = new AbortController();
  const items: JobItem[] = files.map(({ relativePath }) => ({
    name: relativePath,
    state: 'waiting',
    progress: 0,
    error: null,
  }));
  const sent = files.map(() => 0);
  const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0);
  const show = () =>
    useUploads.setState({
      batch: {
        items: [...items],
        sentBytes: sent.reduce((sum, bytes) => sum + bytes, 0),
        totalBytes,
        cancel: () => abort.abort(),
      },
    });
  const set = (index: number, change: Partial<JobItem>) => {
    items[index] = { ...items[index]!, ...change };
    show();
  };
  show();
  const paths: (string | null)[] = files.map(() => null);
  let next = 0;

  async function worker(): Promise<void> {
    while (next < files.length && !abort.signal.aborted) {
      const index = next++;
      const { file, relativePath } = files[index]!;
      set(index, { state: 'running' });
      try {
        paths[index] = await uploadOne(access, batchId, relativePath, file, abort.signal, (bytes) => {
          sent[index] = bytes;
          set(index, { progress: file.size > 0 ? bytes / file.size : 1 });
        });
        set(index, { state: 'done', progress: 1 });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        set(
          index,
          abort.signal.aborted
            ? { state: 'cancelled' }
            : { state: 'failed', error: { code: 'upload', message, remedy: 'Drop this file again, or use Import.' } },
        );
      }
    }
  }

  await Promise.all(Array.from({ length: PARALLEL_UPLOADS }, worker));
  const failed = items.some((item) => item.state === 'failed');
  if (!failed) useUploads.setState({ batch: null });
  return abort.signal.aborted ? [] : paths.filter((path) => path !== null);
}

/** One file by XMLHttpRequest, which alone tells how far an upload is. */
function uploadOne(
  access: MediaAccess,
  batchId: string,
  relativePath: string,
  file: File,
  signal: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ batch: batchId, path: relativePath });
    request.open('PUT', `${access.baseUrl}${MEDIA_ROUTES.upload}?${query}`);
    request.setRequestHeader('authorization', `Bearer ${access.token}`);
    let toldAt = 0;
    request.upload.onprogress = (event) => {
      const now = performance.now();
      if (now - toldAt < 100) return;
      toldAt = now;
      onProgress(event.loaded);
    };
    request.onload = () => {
      try {
        const answer = JSON.parse(request.responseText) as {
          path?: string;
          message?: string;
          error?: { message?: string };
        };
        if (request.status < 300 && answer.path) return resolve(answer.path);
        reject(new Error(answer.message ?? answer.error?.message ?? `The host answered ${request.status}.`));
      } catch {
        reject(new Error(`The host answered ${request.status}.`));
      }
    };
    request.onerror = () => reject(new Error('The connection to the host broke off.'));
    request.onabort = () => reject(new Error('Cancelled.'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
