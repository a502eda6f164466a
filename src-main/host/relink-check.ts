import type { Command, SingleCommand } from '../../src-shared/edit/commands.ts';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import { readWaveFile, type WaveFile } from '../media/wave-file.ts';
import type { Project } from '../project/project.ts';

/**
 * Throws `source.relink` unless each file that a command points a source at is there and has the source's channels,
 * rate and length: clips would else play something other, or nothing, at their end. Reads headers only.
 */
export async function checkRelinks(project: Project, command: Command): Promise<void> {
  for (const single of singles(command)) {
    if (single.kind !== 'source.relink') continue;
    const source = project.reader.get('source', single.sourceId);
    // The edit itself says that it is gone.
    if (!source) continue;
    const difference = differenceOf(source, await openWave(project, single, source.name));
    if (difference === null) continue;
    throw refusal(source.name, single.path, difference);
  }
}

/** Whether a command points a source at another file. */
export function relinks(command: Command): boolean {
  return singles(command).some((single) => single.kind === 'source.relink');
}

function singles(command: Command): readonly SingleCommand[] {
  return command.kind === 'batch' ? command.commands : [command];
}

async function openWave(
  project: Project,
  place: { readonly path: string; readonly linked: boolean },
  name: string,
): Promise<WaveFile | null> {
  const path = project.sourcePath(place);
  try {
    return await readWaveFile(path, { allowTruncated: true });
  } catch (error) {
    throw refusal(name, place.path, toErrorReport(error).message, error);
  }
}

function differenceOf(source: SourceRow, wave: WaveFile | null): string | null {
  if (!wave?.format.format || wave.frames === null) return 'it is no WAV file of plain samples';
  const { channelCount, sampleRate } = wave.format;
  if (channelCount !== source.channelCount) return `it has ${channelCount} channels, the source ${source.channelCount}`;
  if (sampleRate !== source.sampleRate) return `it is at ${sampleRate} Hz, the source at ${source.sampleRate} Hz`;
  if (wave.frames !== source.lengthSamples) {
    return `it is ${wave.frames} samples long, the source ${source.lengthSamples}`;
  }
  // A file of another size counts as offline, so its clips would stay silent.
  if (wave.sizeBytes !== source.sizeBytes) return `it has ${wave.sizeBytes} bytes, the source ${source.sizeBytes}`;
  return null;
}

function refusal(name: string, path: string, reason: string, cause?: unknown): TwopopError {
  return new TwopopError(
    {
      code: 'source.relink',
      message: `"${name}" cannot be relinked to "${path}": ${reason}. Nothing was changed.`,
      remedy: 'Choose the file that was imported, or import this one as a new source.',
    },
    { cause },
  );
}
