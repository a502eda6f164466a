import { lacksAssessment } from '../../src-shared/edit/sync-by-hand.ts';
import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { effectiveLine, lineText } from '../../src-shared/sync/effective-line.ts';
import type { DocumentChange, Project } from '../project/project.ts';
import { assessPair } from '../sync/assess-pair.ts';
import type { DocumentService } from './document-service.ts';
import type { JobRunner } from './job-runner.ts';
import type { ProjectService } from './project-service.ts';
import { openSyncAudio, openSyncTracks } from './sync-audio.ts';
import { inputOf } from './sync-service.ts';

/**
 * Looks at the recorder's microphones for pairs that a person lays by hand, as sync does for those that it finds: a job
 * each, one after the other, beside everything else, no step of undo.
 */
export class MicrophoneService {
  private readonly documents: DocumentService;
  private readonly jobs: JobRunner;
  /** Matches whose job has not ended. */
  private readonly underway = new Set<number>();

  constructor(projects: ProjectService, documents: DocumentService, jobs: JobRunner) {
    this.documents = documents;
    this.jobs = jobs;
    projects.listen({
      opened: (project) => {
        if (project.readOnly) return;
        project.onChange(({ diff }: DocumentChange) => {
          for (const { table, before, after } of diff)
            if (table === 'sync_match' && after && lacksAssessment(after) && !(before && isSameLine(before, after)))
              this.start(project, after);
        });
      },
      closing: () => {},
    });
  }

  private start(project: Project, { id, cameraSourceId }: SyncMatchRow): void {
    if (this.underway.has(id)) return;
    this.underway.add(id);
    const job = this.jobs.start({
      kind: 'assess',
      label: `Microphones for ${project.reader.get('source', cameraSourceId)?.name ?? 'a camera clip'}`,
      request: null,
      work: async ({ signal }) => {
        // Moved on meanwhile, it is looked at where it lies now.
        while (await this.assess(project, id, signal)) signal.throwIfAborted();
      },
    });
    void this.jobs.whenEnded(job.id).then(() => this.underway.delete(id));
  }

  /** Whether there is more to do: the pair was laid elsewhere while its microphones were looked at. */
  private async assess(project: Project, matchId: number, signal: AbortSignal): Promise<boolean> {
    const match = project.reader.get('sync_match', matchId);
    if (!match || !lacksAssessment(match)) return false;
    const camera = project.reader.get('source', match.cameraSourceId);
    const recorder = project.reader.get('source', match.recorderSourceId ?? 0);
    if (!camera || !recorder) return false;
    const how = { openAudio: openSyncAudio, openTracks: openSyncTracks, signal };
    const cameraSeconds = camera.lengthSamples / camera.sampleRate;
    const line = lineText(match);
    const choice = await assessPair(pairOf(match), cameraSeconds, inputOf(project, recorder), how);
    signal.throwIfAborted();
    const now = project.reader.get('sync_match', matchId);
    if (now && lineText(now) !== line) return true;
    if (!choice) return false;
    const { suggestedChannel, suggestionReason } = choice;
    this.documents.apply(
      { kind: 'sync.assess', matchId, line, tracks: [...choice.tracks], suggestedChannel, suggestionReason },
      { projectId: project.id },
      { undoable: false },
    );
    return false;
  }
}

function isSameLine(before: SyncMatchRow, after: SyncMatchRow): boolean {
  return before.recorderSourceId === after.recorderSourceId && lineText(before) === lineText(after);
}

function pairOf(match: SyncMatchRow) {
  const [first] = effectiveLine(match);
  return {
    offsetSamplesAt48k: first?.offsetSamplesAt48k ?? match.offsetSamplesAt48k,
    driftPpm: first?.driftPpm ?? match.driftPpm,
    inverted: match.inverted,
  };
}
