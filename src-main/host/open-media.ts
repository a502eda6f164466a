import { type CompiledPlan, PlanCompiler } from '../engine/plan-compiler.ts';
import { Preview } from '../engine/preview.ts';
import type { DocumentChange, Project } from '../project/project.ts';
import { PcmLocator } from './pcm-locator.ts';
import { PeakService } from './peak-service.ts';
import type { ProjectService } from './project-service.ts';

/** What is kept of an open project's media: where samples lie, peaks, and the plan that the preview plays. */
export class OpenMedia {
  readonly locator: PcmLocator;
  readonly compiler: PlanCompiler;
  readonly peaks: PeakService;
  private readonly project: Project;
  private readonly preview = new Preview();
  private previewSeq = -1;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(project: Project) {
    this.project = project;
    this.locator = new PcmLocator(project);
    this.compiler = new PlanCompiler(project.reader, this.locator.locate);
    this.peaks = new PeakService(project, this.locator);
  }

  applied(change: DocumentChange): void {
    this.compiler.applied(change.diff);
  }

  /** Files came back, or went: look for every one again. */
  filesChanged(): void {
    this.locator.forgetMissing();
    this.compiler.forgetSources();
    this.previewSeq = -1;
  }

  /** Looks again for files that were not there when they were looked for; whether one came back. */
  async findMissing(): Promise<boolean> {
    if (!(await this.locator.findMissing())) return false;
    this.compiler.forgetSources();
    this.previewSeq = -1;
    return true;
  }

  /** The mix of a span as interleaved stereo, and the commit that it was rendered from. */
  async render(fromSample: number, frames: number): Promise<{ samples: Float32Array; seq: number }> {
    const prepared = this.turn.then(() => this.preparePreview());
    this.turn = prepared.catch(() => {});
    await prepared;
    const seq = this.previewSeq;
    return { samples: await this.preview.renderRange(fromSample, frames), seq };
  }

  /** What the live engine plays: every track in the document's order, as of the commit that stands when it is compiled. */
  async livePlan(): Promise<CompiledPlan> {
    await this.locator.prepare();
    return this.compiler.compile({ everyTrack: true });
  }

  async close(): Promise<void> {
    await this.turn;
    this.preview.close();
    await this.peaks.close();
  }

  private async preparePreview(): Promise<void> {
    if (this.previewSeq === this.project.seq) return;
    await this.locator.prepare();
    const seq = this.project.seq;
    this.preview.setPlan(this.compiler.compile().plan);
    this.previewSeq = seq;
  }
}

/** Keeps an {@link OpenMedia} for the open project. */
export class OpenMediaService {
  private readonly projects: ProjectService;
  private media: OpenMedia | null = null;

  constructor(projects: ProjectService) {
    this.projects = projects;
    projects.listen({
      opened: (project) => {
        const media = new OpenMedia(project);
        this.media = media;
        project.onChange((change) => media.applied(change));
      },
      closing: async () => {
        await this.media?.close();
        this.media = null;
      },
    });
  }

  /** Throws `no-project`. */
  require(): OpenMedia {
    this.projects.require();
    return this.media as OpenMedia;
  }
}
