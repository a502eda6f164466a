import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { SyncResult } from '../../src-shared/sync/sync-result.ts';
import type { Project } from '../project/project.ts';
import { syncClips } from '../sync/sync-engine.ts';
import type { SyncInput } from '../sync/sync-input.ts';
import type { DocumentService } from './document-service.ts';
import type { JobContext, JobRunner } from './job-runner.ts';
import type { ProjectService } from './project-service.ts';
import { openSyncAudio } from './sync-audio.ts';

export type SyncRequest = { cameraSourceIds?: number[] | undefined; recorderSourceIds?: number[] | undefined };

type Proposal = Extract<CommandInput, { kind: 'sync.propose' }>['matches'][number];

/** Syncs cameras with recorders of the open project; ends with one `sync.propose`. */
export class SyncService {
  private readonly projects: ProjectService;
  private readonly documents: DocumentService;
  private readonly jobs: JobRunner;

  constructor(projects: ProjectService, documents: DocumentService, jobs: JobRunner) {
    this.projects = projects;
    this.documents = documents;
    this.jobs = jobs;
  }

  /** Starts a sync and returns its job's id. Throws `sync-nothing` when there is no camera or no recorder file. */
  start(request: SyncRequest): string {
    const project = this.projects.requireWritable();
    const pick = (role: SourceRow['role'], ids: readonly number[] | undefined) =>
      project.reader.all('source').filter((source) => (ids ? ids.includes(source.id) : source.role === role));
    const cameras = pick('camera', request.cameraSourceIds);
    const recorders = pick('recorder', request.recorderSourceIds);
    if (cameras.length === 0 || recorders.length === 0) {
      throw new TwopopError({
        code: 'sync-nothing',
        message: `There is no ${cameras.length === 0 ? 'camera clip with sound' : 'recorder file'} to sync. Nothing was changed.`,
        remedy: 'Import the cards of both, or set the role of the sources in the inspector.',
      });
    }
    const label = `Sync ${cameras.length} camera ${cameras.length === 1 ? 'clip' : 'clips'}`;
    return this.jobs.start({
      kind: 'sync',
      label,
      request,
      work: (context) => this.run(project, cameras, recorders, context),
    }).id;
  }

  private async run(
    project: Project,
    cameras: readonly SourceRow[],
    recorders: readonly SourceRow[],
    context: JobContext,
  ): Promise<void> {
    const names = new Map([...cameras, ...recorders].map((row) => [String(row.id), row.name]));
    const places = new Map(cameras.map((row, index) => [String(row.id), index]));
    context.setItems(cameras.map((row) => row.name));
    const result = await syncClips({
      cameras: cameras.map((row) => inputOf(project, row)),
      recorders: recorders.map((row) => inputOf(project, row)),
      openAudio: openSyncAudio,
      signal: context.signal,
      onProgress: ({ stage, done, total, id, fraction }) => {
        context.progress(done / total, `${stage === 'listening' ? 'Listening to' : 'Matching'} ${names.get(id) ?? id}`);
        const place = places.get(id);
        if (place === undefined) return;
        const matched = stage === 'matching';
        context.item(
          place,
          matched && fraction === 1
            ? { state: 'done', progress: 1 }
            : { state: 'running', progress: matched ? 0.7 + 0.3 * fraction : 0.7 * fraction },
        );
      },
    });
    const matches = proposalsOf(result);
    this.documents.apply({ kind: 'sync.propose', matches });
    const matchedCameras = new Set(result.pairs.map((pair) => pair.camera));
    context.addResult(`${matchedCameras.size} of ${cameras.length} camera clips matched.`);
    for (const { camera, reason } of result.unmatched) context.addResult(`${names.get(camera) ?? camera}: ${reason}`);
    for (const { recorder, reason } of result.skipped)
      context.addResult(`${names.get(recorder) ?? recorder}: ${reason}`);
  }
}

function inputOf(project: Project, row: SourceRow): SyncInput {
  const clockRate = project.reader.get('project', 1)?.sampleRate ?? row.sampleRate;
  return {
    id: String(row.id),
    path: project.sourcePath(row),
    name: row.name,
    startSeconds: row.timeReferenceSamples === null ? null : row.timeReferenceSamples / clockRate,
  };
}

function proposalsOf(result: SyncResult): Proposal[] {
  const pairs = result.pairs.map(
    (pair): Proposal => ({
      cameraSourceId: Number(pair.camera),
      recorderSourceId: Number(pair.recorder),
      status: 'proposed',
      offsetSamplesAt48k: pair.offsetSamplesAt48k,
      driftPpm: pair.driftPpm,
      method: pair.method,
      confidence: pair.confidence,
      reason: pair.reason,
      residualHeadMs: pair.residualHeadMs,
      residualMiddleMs: pair.residualMiddleMs,
      residualTailMs: pair.residualTailMs,
    }),
  );
  const unmatched = result.unmatched.map(
    ({ camera, reason }): Proposal => ({
      cameraSourceId: Number(camera),
      recorderSourceId: null,
      status: 'unmatched',
      offsetSamplesAt48k: 0,
      driftPpm: 0,
      method: '',
      confidence: 0,
      reason,
      residualHeadMs: 0,
      residualMiddleMs: 0,
      residualTailMs: 0,
    }),
  );
  return [...pairs, ...unmatched];
}
