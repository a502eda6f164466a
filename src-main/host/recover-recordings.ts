import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nextTakeNumber } from '../../src-shared/edit/take-recording.ts';
import { tracksInOrder } from '../../src-shared/edit/track-edits.ts';
import type { TrackRow } from '../../src-shared/model/rows.ts';
import { TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import { repairRecording } from '../media/repair-recording.ts';
import { readWaveFile, type WaveFile } from '../media/wave-file.ts';
import type { Project } from '../project/project.ts';
import { clockOf } from './document-service.ts';
import { durationText, type FinishedFile, finishRecording } from './finish-recording.ts';
import { AUDIO_FOLDER } from './plan-recording.ts';
import { channelNamesOfTrack, TAKE_REFERENCE, timelineOfReference } from './recording-names.ts';
import { isUntouched } from './untouched-place.ts';

/** A header of ours is a few thousand bytes. */
const LARGEST_EMPTY_BYTES = 1 << 20;

/**
 * At open: takes in what was being recorded when the process ended, and files that were recorded here and that this
 * document does not know (it is an older one, put back from a backup). They become takes where they were recorded, and
 * clips unless somebody has edited that place since. Returns what to tell, by name. Never throws for a file.
 * @param isBeingWritten whether the engine still writes a file (an absolute path): it is left to whoever waits for that.
 */
export async function recoverRecordings(
  project: Project,
  isBeingWritten: (path: string) => boolean = () => false,
): Promise<string[]> {
  if (project.readOnly) return [];
  const notices: string[] = [];
  try {
    await recover(project, notices, isBeingWritten);
  } catch (error) {
    const { message } = toErrorReport(error);
    notices.push(
      `What was being recorded could not be recovered now: ${message} It is tried again at the next opening.`,
    );
  }
  return notices;
}

async function recover(project: Project, notices: string[], isBeingWritten: (path: string) => boolean): Promise<void> {
  const strays = await beginStrays(project, notices, isBeingWritten);
  const recording = project.reader
    .all('take')
    .filter((take) => take.state === 'recording' && !isBeingWritten(join(project.folder, take.path)));
  for (const rows of Map.groupBy(recording, (take) => take.pass).values()) {
    const files = await finishRecording(project, rows, {
      state: 'recovered',
      isPlaced: (takes, file) => isUntouched(project, takes, file),
    });
    for (const file of files) notices.push(noticeOf(project, file, strays.has(file.path)));
  }
}

function noticeOf(project: Project, file: FinishedFile, isStray: boolean): string {
  const { sampleRate } = clockOf(project);
  const length = durationText(file.frames / sampleRate);
  const track = project.reader.get('track', file.trackId)?.name ?? '';
  const before = isStray
    ? `“${file.name}” was recorded here and was not in this project`
    : `“${file.name}” was being recorded when Twopop ended`;
  switch (file.outcome) {
    case 'kept':
      return file.isPlaced
        ? `${before}: ${length} were recovered and lie on “${track}” where they were recorded.`
        : `${before}: ${length} were recovered as a take of “${track}”. Its place was edited since, so it is not on the timeline; choose it from the track's takes.`;
    case 'unpunched':
      return `${before}: ${length} were recovered as a take of “${track}”. Nothing had been punched, so it is not on the timeline.`;
    case 'empty':
      return `${before}: no sound had come in yet, so nothing of it is left.`;
    case 'unreadable':
      return `${before}, but its header is damaged. The file was left as it is: ${file.path}.`;
    case 'blocked':
      return `${before} and could not be recovered yet: ${file.error?.message ?? ''} ${file.error?.remedy ?? ''}`.trim();
  }
}

/** Notes files that were recorded here and are in no row, as if they were being recorded; returns their paths. */
async function beginStrays(
  project: Project,
  notices: string[],
  isBeingWritten: (path: string) => boolean,
): Promise<Set<string>> {
  const begun = new Set<string>();
  const sources = project.reader.all('source');
  const known = new Set([...sources, ...project.reader.all('take')].map(({ path }) => path.normalize('NFC')));
  const names = await readdir(join(project.folder, AUDIO_FOLDER)).catch(() => []);
  for (const name of names.sort()) {
    const path = `${AUDIO_FOLDER}/${name}`;
    if (!name.toLowerCase().endsWith('.wav') || known.has(path.normalize('NFC'))) continue;
    const absolute = join(project.folder, path);
    if (isBeingWritten(absolute)) continue;
    if (project.wasRecorded(path)) {
      if (await isEmptyRecording(absolute)) await rm(absolute, { force: true }).catch(() => undefined);
      continue;
    }
    const wave = await readRecording(absolute);
    const reference = wave?.bext?.originatorReference ?? '';
    if (!wave || !reference.startsWith(TAKE_REFERENCE)) continue;
    // A copy that somebody made of a take that is here, or the take itself under another name.
    if (sources.some(({ metadata }) => metadata.includes(reference))) continue;
    const clock = clockOf(project);
    if (wave.format.sampleRate !== clock.sampleRate || ![1, 2].includes(wave.format.channelCount)) {
      notices.push(
        `“${name}” was recorded for another project. It was left in “${AUDIO_FOLDER}”; import it to use it.`,
      );
      continue;
    }
    const track = trackFor(project, wave);
    const startSample = timelineOfReference(wave.metadata.timeReference ?? 0, clock);
    project.apply(
      {
        kind: 'take.begin',
        takes: [
          {
            trackId: track.id,
            name: name.slice(0, -4).slice(0, 200) || 'Take',
            path,
            number: nextTakeNumber(project.reader, track.id),
            startSample,
            punchInSample: startSample,
            recordedAt: `${wave.bext?.date ?? ''}T${wave.bext?.time ?? ''}`,
            // Whoever edited that place, ever, did not know of it.
            begunAtSeq: 0,
          },
        ],
      },
      { undoable: false },
    );
    begun.add(path);
  }
  return begun;
}

/** A file that was begun here and got no sound, of a start that its process did not survive. */
async function isEmptyRecording(path: string): Promise<boolean> {
  try {
    const { size } = await stat(path);
    return size <= LARGEST_EMPTY_BYTES && (await repairRecording(path)).frames === 0;
  } catch (error) {
    return error instanceof TwopopError && error.code === 'media-empty';
  }
}

/** What a file says; null where it is none of ours, or holds no sound. Only what this product wrote is ever repaired. */
async function readRecording(path: string): Promise<WaveFile | null> {
  const read = () => readWaveFile(path, { allowTruncated: true });
  try {
    return await read();
  } catch (error) {
    // Killed before its header promised anything.
    if (!(error instanceof TwopopError) || error.code !== 'media-no-samples') return null;
    return await repairRecording(path)
      .then(read)
      .catch(() => null);
  }
}

/** The track that a file was recorded on, by the name that it bears; a new one where there is none of that name. */
function trackFor(project: Project, wave: WaveFile): TrackRow {
  const { channelCount } = wave.format;
  const names = JSON.stringify(wave.metadata.trackNames ?? []);
  const isIts = (track: TrackRow) =>
    track.channelCount === channelCount && JSON.stringify(channelNamesOfTrack(track)) === names;
  const there = tracksInOrder(project.reader).find(isIts);
  if (there) return there;
  const name = (wave.metadata.trackNames?.[0] ?? '').replace(/ L$/, '') || 'Recovered';
  // A step of undo as any new track is: the order of tracks could not be undone around it otherwise.
  const { added } = project.apply({ kind: 'track.add', name, channelCount: channelCount === 2 ? 2 : 1 });
  return project.reader.get('track', added.find(({ table }) => table === 'track')?.id ?? 0) as TrackRow;
}
