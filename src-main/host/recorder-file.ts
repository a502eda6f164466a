import { access } from 'node:fs/promises';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { mediaError } from '../media/media-error.ts';
import { readWaveFile, type WaveFile } from '../media/wave-file.ts';

/**
 * Opens a recorder file that is to be accepted. Throws `media-missing` where it is not there, what is wrong with it
 * where it is damaged, and `media-unsupported` where it is no file of plain samples or another than was imported.
 */
export async function openRecorderFile(recorder: SourceRow, path: string): Promise<WaveFile> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere)
    throw mediaError(
      'media-missing',
      `“${recorder.name}” is offline: ${path} is not there.`,
      'Relink the recorder file, or leave its clips out, then accept again.',
    );
  const wave = await readWaveFile(path, { allowTruncated: true });
  if (wave?.format.format && wave.frames === recorder.lengthSamples && wave.format.sampleRate === recorder.sampleRate)
    return wave;
  throw mediaError(
    'media-unsupported',
    `“${recorder.name}” is another file than the one that was imported.`,
    'Relink the recorder file, then accept again.',
  );
}
