import type { DriftCorrection } from '../../src-shared/model/rows.ts';
import type { DocumentService } from './document-service.ts';
import type { JobRunner } from './job-runner.ts';
import type { ProjectService } from './project-service.ts';

export type AcceptRequest = { matchIds: number[]; driftCorrection: DriftCorrection };

/** Accepts sync matches of the open project; ends with one `sync.accept`. */
export class AcceptService {
  private readonly projects: ProjectService;
  private readonly documents: DocumentService;
  private readonly jobs: JobRunner;

  constructor(projects: ProjectService, documents: DocumentService, jobs: JobRunner) {
    this.projects = projects;
    this.documents = documents;
    this.jobs = jobs;
  }

  /** Starts accepting and returns the job's id. */
  start(request: AcceptRequest): string {
    const { id: projectId } = this.projects.requireWritable();
    const { matchIds, driftCorrection } = request;
    return this.jobs.start({
      kind: 'accept',
      label: `Accept ${matchIds.length} sync ${matchIds.length === 1 ? 'match' : 'matches'}`,
      request: null,
      work: async () => {
        this.documents.apply({ kind: 'sync.accept', matchIds, driftCorrection }, { projectId });
      },
    }).id;
  }
}
