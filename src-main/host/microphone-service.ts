import { lacksAssessment } from '../../src-shared/edit/sync-by-hand.ts';
import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { effectiveLine, lineText } from '../../src-shared/sync/effective-line.ts';
import type { DocumentChange, Project } from '../project/project.ts';
import { assessPair } from '../sync/assess-pair.ts';
import type { DocumentService } from './document-service.ts';
import type { ProjectService } from './project-service.ts';
import { openSyncAudio, openSyncTracks } from './sync-audio.ts';
import { inputOf } from './sync-service.ts';

/**
 * Looks at the recorder's microphones for pairs that a person lays by hand, as sync does for those that it finds: one
 * after the other, beside everything else, no step of undo. A file that cannot be read leaves its pair as it is.
 */
export class MicrophoneService {
  private readonly documents: DocumentService;
  private stop: () => Promise<void> = async () => {};

  constructor(projects: ProjectService, documents: DocumentService) {
    this.documents = documents;
    projects.listen({
      opened: (project) => this.follow(project),
      closing: () => this.stop(),
    });
  }

  private follow(project: Project): void {
    if (project.readOnly) return;
    const ending = new AbortController();
    let turn: Promise<void> = Promise.resolve();
    const stopFollowing = project.onChange(({ diff }: DocumentChange) => {
      for (const { table, after } of diff) {
        if (table !== 'sync_match' || !after || !lacksAssessment(after)) continue;
        turn = turn.then(() => this.assess(project, after.id, ending.signal)).catch(() => {});
      }
    });
    this.stop = async () => {
      stopFollowing();
      ending.abort();
      await turn;
    };
  }

  private async assess(project: Project, matchId: number, signal: AbortSignal): Promise<void> {
    const match = project.reader.get('sync_match', matchId);
    if (signal.aborted || !match || !lacksAssessment(match)) return;
    const camera = project.reader.get('source', match.cameraSourceId);
    const recorder = project.reader.get('source', match.recorderSourceId ?? 0);
    if (!camera || !recorder) return;
    const how = { openAudio: openSyncAudio, openTracks: openSyncTracks, signal };
    const cameraSeconds = camera.lengthSamples / camera.sampleRate;
    const choice = await assessPair(pairOf(match), cameraSeconds, inputOf(project, recorder), how);
    if (!choice || signal.aborted) return;
    const { suggestedChannel, suggestionReason } = choice;
    this.documents.apply(
      {
        kind: 'sync.assess',
        ...{ matchId, line: lineText(match), tracks: [...choice.tracks], suggestedChannel, suggestionReason },
      },
      { projectId: project.id },
      { undoable: false },
    );
  }
}

function pairOf(match: SyncMatchRow) {
  const [first] = effectiveLine(match);
  return {
    offsetSamplesAt48k: first?.offsetSamplesAt48k ?? match.offsetSamplesAt48k,
    driftPpm: first?.driftPpm ?? match.driftPpm,
    inverted: match.inverted,
  };
}
