import type { SourceDerivation, SourceRow, SyncMatchRow } from '../model/rows.ts';
import { readDerivation } from '../sync/source-derivation.ts';
import { readEvidence } from '../sync/sync-evidence.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { countedLabel, existing, existingRows, refuse } from './refuse.ts';

/**
 * Whether a path stays inside the project folder: relative, with `/`, no `..`. Project files come from strangers, so
 * a path that leads elsewhere is never followed unless the user linked it.
 */
export function staysInFolder(path: string): boolean {
  if (path.startsWith('/') || path.includes('\\') || /^[A-Za-z]:/.test(path) || path.includes('\0')) return false;
  return path.split('/').every((part) => part !== '..' && part !== '.' && part !== '');
}

/** Whether a path says where a file is whatever the current folder: `/x`, `C:\\x`, `\\\\server\\x`. */
export function isAbsolutePath(path: string): boolean {
  return (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\')) && !path.includes('\0');
}

function checkPath(path: string, linked: boolean): void {
  if (linked && !isAbsolutePath(path)) {
    refuse(
      'source.path',
      `The path "${path}" of a linked file does not begin at the root of a disk.`,
      'Link the file with its absolute path.',
    );
  }
  if (!linked && !staysInFolder(path)) {
    refuse(
      'source.path',
      `The path "${path}" does not stay inside the project folder.`,
      'Copy the file into the project folder, or link it with its absolute path.',
    );
  }
}

/** The names of a source's channels, '' where unknown; always as many as there are channels. */
export function channelNamesOf(source: { readonly channelNames: string; readonly channelCount: number }): string[] {
  let names: unknown = null;
  try {
    names = JSON.parse(source.channelNames);
  } catch {
    // A row written before names were checked; it plays all the same, so it is shown without names.
  }
  const list = Array.isArray(names) ? names : [];
  return Array.from({ length: source.channelCount }, (_, channel) =>
    typeof list[channel] === 'string' ? (list[channel] as string).trim() : '',
  );
}

export function addSource(writer: DocumentWriter, command: CommandOf<'source.add'>): string {
  const { source, picture } = command;
  if (!source && !picture) {
    refuse('source.empty', 'The file brings neither sound nor picture.', 'Import a file that has one of them.');
  }
  if (picture?.proxyPath) checkPath(picture.proxyPath, false);
  const pictureRow = picture ? writer.insert('picture', picture) : null;
  if (source) {
    checkSource(writer, source);
    writer.insert('source', { ...source, pictureId: pictureRow?.id ?? null, derivedFromId: null, derivation: '' });
  }
  return `Import ${source?.name ?? picture?.name ?? ''}`;
}

export type SourceFields = NonNullable<CommandOf<'source.add'>['source']>;

/** Refuses a file that the project cannot play: a path that leads elsewhere, another rate. */
export function checkSource(writer: DocumentWriter, source: SourceFields): void {
  checkPath(source.path, source.linked);
  const { sampleRate } = existing(writer, 'project', 1);
  if (source.sampleRate === sampleRate) return;
  refuse(
    'source.rate',
    `"${source.name}" is at ${source.sampleRate} Hz and the project at ${sampleRate} Hz.`,
    'Import the file by copying, which converts it to the project rate.',
  );
}

/**
 * Adds a copy of a recorder file that was resampled to a camera's clock, or finds it where the same one came in before.
 * Refused when it cannot be one.
 */
export function insertResampled(
  writer: DocumentWriter,
  recorder: SourceRow,
  source: SourceFields,
  derivation: SourceDerivation,
): SourceRow {
  checkSource(writer, source);
  const text = JSON.stringify(derivation);
  if (source.channelCount !== recorder.channelCount || !readDerivation(text)) {
    refuse(
      'source.not-resampled',
      `"${source.name}" is no resampled copy of "${recorder.name}": their channels differ, or the drift is none that a clock has.`,
      'Resample the recorder file again.',
    );
  }
  const same = writer
    .all('source')
    .find(
      (copy) =>
        copy.derivedFromId === recorder.id &&
        copy.derivation === text &&
        copy.lengthSamples === source.lengthSamples &&
        (copy.path === source.path || (copy.contentHash !== '' && copy.contentHash === source.contentHash)),
    );
  if (same) return same;
  return writer.insert('source', {
    ...source,
    role: 'recorder',
    pictureId: null,
    derivedFromId: recorder.id,
    derivation: text,
  });
}

export function setSourceRole(writer: DocumentWriter, command: CommandOf<'source.setRole'>): string {
  const sources = existingRows(writer, 'source', command.sourceIds);
  for (const source of sources) writer.update('source', source.id, { role: command.role });
  return countedLabel('Change role of', sources.length, 'source');
}

export function renameSource(writer: DocumentWriter, command: CommandOf<'source.rename'>): string {
  writer.update('source', existing(writer, 'source', command.sourceId).id, { name: command.name });
  return 'Rename source';
}

export function relinkSource(writer: DocumentWriter, command: CommandOf<'source.relink'>): string {
  const source = existing(writer, 'source', command.sourceId);
  checkPath(command.path, command.linked);
  writer.update('source', source.id, { path: command.path, linked: command.linked });
  return 'Relink source';
}

export function identifySource(writer: DocumentWriter, command: CommandOf<'source.identify'>): string {
  const source = existing(writer, 'source', command.sourceId);
  if (source.contentHash !== '' && source.contentHash !== command.contentHash) {
    refuse(
      'source.identified',
      `What is in "${source.name}" is known already, and this is something else.`,
      'Look whether its file was replaced.',
    );
  }
  writer.update('source', source.id, { contentHash: command.contentHash });
  return 'Read take';
}

export function setPictureProxy(writer: DocumentWriter, command: CommandOf<'picture.setProxy'>): string {
  const picture = existing(writer, 'picture', command.pictureId);
  checkPath(command.proxyPath, false);
  writer.update('picture', picture.id, { proxyPath: command.proxyPath });
  return 'Make picture proxy';
}

export function relinkPicture(writer: DocumentWriter, command: CommandOf<'picture.relink'>): string {
  const picture = existing(writer, 'picture', command.pictureId);
  checkPath(command.originalPath, isAbsolutePath(command.originalPath));
  writer.update('picture', picture.id, { originalPath: command.originalPath });
  return 'Relink picture';
}

/**
 * Removes sources with their pictures, sync results, takes and what was resampled from them, and pictures that have no sound.
 * Refused as long as a clip plays one of them.
 */
export function removeSources(writer: DocumentWriter, command: CommandOf<'source.remove'>): string {
  const named = existingRows(writer, 'source', command.sourceIds);
  const pictures = existingRows(writer, 'picture', command.pictureIds);
  if (named.length + pictures.length === 0) {
    refuse('source.none', 'Nothing was named that could be removed.', 'Select sources in the bin first.');
  }
  const sources = withCopies(writer, named);
  const removed = new Set<number>(sources.map((source) => source.id));
  const pictureIds = new Set<number>(pictures.map((picture) => picture.id));
  for (const source of writer.all('source')) {
    if (!source.pictureId || removed.has(source.id) || !pictureIds.has(source.pictureId)) continue;
    refuse(
      'source.picture-has-sound',
      `The picture of "${source.name}" cannot be removed without its sound.`,
      'Remove the source: its picture goes with it.',
    );
  }
  const alone = pictures.filter((picture) => !sources.some((source) => source.pictureId === picture.id)).length;
  for (const source of sources) {
    if (writer.clipsOfSource(source.id).length > 0) refuseInUse(source.name);
    if (source.pictureId) pictureIds.add(source.pictureId);
  }
  if (pictureIds.size > 0) {
    for (const clip of writer.all('picture_clip')) if (pictureIds.has(clip.pictureId)) refuseInUse(clip.name);
    for (const other of writer.all('source')) {
      if (other.pictureId && !removed.has(other.id)) pictureIds.delete(other.pictureId);
    }
  }
  for (const match of writer.all('sync_match')) {
    if (!removed.has(match.cameraSourceId) && !(match.recorderSourceId && removed.has(match.recorderSourceId))) {
      stripAlternatives(writer, match, removed);
      continue;
    }
    for (const clip of writer.clipsOfMatch(match.id)) writer.update('clip', clip.id, { syncMatchId: null });
    writer.remove('sync_match', match.id);
  }
  for (const take of writer.all('take'))
    if (take.sourceId && removed.has(take.sourceId)) writer.remove('take', take.id);
  for (const mark of writer.all('source_mark')) if (removed.has(mark.sourceId)) writer.remove('source_mark', mark.id);
  // What was resampled goes before what it was resampled from.
  const byDerivation = [...sources].sort((a, b) => Number(a.derivedFromId === null) - Number(b.derivedFromId === null));
  for (const source of byDerivation) writer.remove('source', source.id);
  for (const pictureId of pictureIds) writer.remove('picture', pictureId);
  return countedLabel('Remove', named.length + alone, 'source');
}

/** Sources and what was resampled from them, which is of no use without; refused where that is on the timeline. */
function withCopies(writer: DocumentWriter, sources: readonly SourceRow[]): SourceRow[] {
  const all = new Map<number, SourceRow>(sources.map((source) => [source.id, source]));
  for (const copy of writer.all('source')) {
    if (copy.derivedFromId === null || all.has(copy.id) || !all.has(copy.derivedFromId)) continue;
    if (writer.clipsOfSource(copy.id).length > 0) {
      refuse(
        'source.derived',
        `"${copy.name}" was resampled from a source that would be removed, and is still used on the timeline.`,
        'Delete its clips first, then remove the source: what was resampled from it goes along.',
      );
    }
    all.set(copy.id, copy);
  }
  return [...all.values()];
}

/** Takes places on removed recorder files out of what a match may be instead. */
function stripAlternatives(writer: DocumentWriter, match: SyncMatchRow, removed: ReadonlySet<number>): void {
  const evidence = readEvidence(match.evidence);
  const alternatives = evidence.alternatives.filter(({ recorderSourceId }) => !removed.has(recorderSourceId));
  if (alternatives.length === evidence.alternatives.length) return;
  writer.update('sync_match', match.id, { evidence: JSON.stringify({ ...evidence, alternatives }) });
}

function refuseInUse(name: string): never {
  return refuse('source.in-use', `"${name}" is still used on the timeline.`, 'Delete its clips first, then remove it.');
}
