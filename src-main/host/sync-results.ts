import type { DocumentReader } from '../../src-shared/edit/document.ts';
import { type ErrorReport, TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import { readEvidence } from '../../src-shared/sync/sync-evidence.ts';
import type { Project } from '../project/project.ts';
import type { DocumentService } from './document-service.ts';
import { evidenceJson, type SyncProposal } from './sync-proposals.ts';

export type Writing = {
  /** Camera clips whose results are replaced whatever a person had set of them. */
  readonly replacing: readonly number[];
  /** The camera clip was removed while it was matched. */
  readonly onGone: (cameraSourceId: number) => void;
  /** The camera clip has no result, and why. */
  readonly onRefused: (cameraSourceId: number, error: ErrorReport) => void;
};

/**
 * Writes what sync decided into the document, as no step of undo. The person may have removed sources since: what names
 * them is left out. Where the document refuses the results of one camera clip, those of the others are written all the
 * same. Throws what concerns all of them: a full disk, another project.
 */
export function writeResults(
  documents: DocumentService,
  project: Project,
  proposals: readonly SyncProposal[],
  writing: Writing,
): void {
  const there = stillThere(project.reader, proposals, writing);
  const write = (matches: SyncProposal[]) =>
    documents.apply(
      { kind: 'sync.propose', matches, replacing: writing.replacing.filter((id) => isThere(project.reader, id)) },
      { projectId: project.id },
      { undoable: false },
    );
  if (there.length === 0) return;
  try {
    write(there);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    for (const [cameraSourceId, matches] of byCamera(there)) {
      try {
        write(matches);
      } catch (refused) {
        if (!isRefusal(refused)) throw refused;
        writing.onRefused(cameraSourceId, toErrorReport(refused));
      }
    }
  }
}

function isThere(reader: DocumentReader, sourceId: number): boolean {
  return reader.get('source', sourceId) !== null;
}

function stillThere(reader: DocumentReader, proposals: readonly SyncProposal[], left: Writing): SyncProposal[] {
  return [...byCamera(proposals)].flatMap(([cameraSourceId, matches]) => {
    if (!isThere(reader, cameraSourceId)) {
      left.onGone(cameraSourceId);
      return [];
    }
    const kept = matches.filter(
      ({ recorderSourceId }) => recorderSourceId === null || isThere(reader, recorderSourceId),
    );
    if (kept.length === 0) left.onRefused(cameraSourceId, recorderGone);
    return kept.map((match) => withoutGone(match, reader));
  });
}

const recorderGone: ErrorReport = {
  code: 'sync-recorder-gone',
  message: 'The recorder file that it fits was removed from the project while it was matched.',
  remedy: 'Sync again to look for another one.',
};

function withoutGone(match: SyncProposal, reader: DocumentReader): SyncProposal {
  const evidence = readEvidence(match.evidence ?? '');
  const alternatives = evidence.alternatives.filter(({ recorderSourceId }) => isThere(reader, recorderSourceId));
  if (alternatives.length === evidence.alternatives.length) return match;
  return { ...match, evidence: evidenceJson({ ...evidence, alternatives }) };
}

function byCamera(proposals: readonly SyncProposal[]): Map<number, SyncProposal[]> {
  return Map.groupBy(proposals, ({ cameraSourceId }) => cameraSourceId);
}

/** Whether it is these rows that the document turns down, and not that it cannot be written at all. */
function isRefusal(error: unknown): boolean {
  return error instanceof TwopopError && /^(command|source|sync|sync_match)\./.test(error.code);
}
