import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { CommandInput } from '../../src-shared/edit/commands.ts';
import { existing, existingRows } from '../../src-shared/edit/refuse.ts';
import type { DriftCorrection, SourceRow, SyncMatchRow } from '../../src-shared/model/rows.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { lineText } from '../../src-shared/sync/effective-line.ts';
import { pcmLayout } from '../media/import-file.ts';
import { fileSystemError } from '../media/media-error.ts';
import { FreeNames, safeStem } from '../media/project-file-names.ts';
import type { Project } from '../project/project.ts';
import { countedMatches, tellAccepted } from './accept-report.ts';
import { copiesInProject } from './copies-in-project.ts';
import {
  type CorrectedFile,
  correctedBytes,
  leftCorrectedFile,
  makeCorrectedFile,
  refuseFullDisk,
} from './corrected-file.ts';
import type { DocumentService } from './document-service.ts';
import { planDrift } from './drift-plan.ts';
import { type Drifting, eachDrifting, isStop } from './drifting-matches.ts';
import { isEngineAvailable } from './engine-available.ts';
import type { JobContext, JobRunner } from './job-runner.ts';
import type { OpenMediaService } from './open-media.ts';
import type { ProjectService } from './project-service.ts';
import { pausesOf } from './recorder-pauses.ts';

export type AcceptRequest = { readonly matchIds: readonly number[]; readonly driftCorrection: DriftCorrection };

type AcceptCommand = Extract<CommandInput, { kind: 'sync.accept' }>;
type Corrected = NonNullable<AcceptCommand['corrected']>;
/** What the matches said when they were accepted: the document refuses what was decided otherwise meanwhile. */
type MadeFor = NonNullable<AcceptCommand['madeFor']>;

/** What a job remembers of the files that it makes, by name, so that they can be removed if its process dies. */
const madeSchema = z.object({ files: z.array(z.string().regex(/^[^/\\]+\.wav$/)).max(100_000) });

/**
 * Accepts sync matches of the open project: corrects their drift as asked, then puts them on the timeline by one
 * `sync.accept`, one step of undo. Until then nothing is accepted, and when it is cancelled or fails nothing is left.
 */
export class AcceptService {
  private readonly projects: ProjectService;
  private readonly documents: DocumentService;
  private readonly media: OpenMediaService;
  private readonly jobs: JobRunner;

  constructor(projects: ProjectService, documents: DocumentService, media: OpenMediaService, jobs: JobRunner) {
    this.projects = projects;
    this.documents = documents;
    this.media = media;
    this.jobs = jobs;
  }

  /** Starts accepting and returns the job's id. Throws at once what `sync.accept` would refuse of the matches. */
  start({ matchIds, driftCorrection }: AcceptRequest): string {
    const project = this.projects.requireWritable();
    const matches = existingRows(project.reader, 'sync_match', matchIds);
    const alone = matches.find(({ recorderSourceId }) => recorderSourceId === null);
    if (alone) {
      throw new TwopopError({
        code: 'sync.unmatched',
        message: `“${existing(project.reader, 'source', alone.cameraSourceId).name}” has no recorder file to accept: ${alone.reason || 'nothing matched'}. Nothing was changed.`,
        remedy: 'Leave it out, or place its sound by hand.',
      });
    }
    const madeFor = matches.map((match) => ({ matchId: match.id, line: lineText(match) }));
    return this.jobs.start({
      kind: 'accept',
      label: `Accept ${countedMatches(matches.length)}`,
      request: { files: [] },
      work: (context) => this.run(project, madeFor, driftCorrection, context),
    }).id;
  }

  /** Removes the files that accepting left whose process died, unless they came into the document after all. */
  async tidyUp(project: Project, request: unknown): Promise<void> {
    const files = madeSchema.safeParse(request).data?.files ?? [];
    const kept = new Set(project.reader.all('source').map(({ path }) => path));
    for (const name of files) {
      const path = join(project.folder, 'Audio Files', name);
      await rm(`${path}.part`, { force: true });
      if (!kept.has(`Audio Files/${name}`)) await rm(path, { force: true });
    }
  }

  private async run(
    project: Project,
    madeFor: MadeFor,
    driftCorrection: DriftCorrection,
    context: JobContext,
  ): Promise<void> {
    const matchIds = madeFor.map(({ matchId }) => matchId);
    // While it waited in the queue a match may have gone: then nothing is begun.
    const matches = existingRows(project.reader, 'sync_match', matchIds).filter(({ status }) => status !== 'accepted');
    const drifting = this.drifting(project, matches, context);
    const command = { kind: 'sync.accept', matchIds, driftCorrection, madeFor } as const;
    if (driftCorrection === 'resample') await this.acceptResampled(project, command, drifting, context);
    else {
      const pauses = driftCorrection === 'cut' ? await pausesOf(project, drifting, context) : [];
      context.signal.throwIfAborted();
      this.documents.apply({ ...command, pauses }, { projectId: project.id });
    }
    tellAccepted(project.reader, matches, drifting, driftCorrection, context);
  }

  /** The stretches of matches that have a drift worth correcting; the items of matches without one are done. */
  private drifting(project: Project, matches: readonly SyncMatchRow[], context: JobContext): Drifting[] {
    const { reader } = project;
    const sources = matches.map((match) => ({
      camera: existing(reader, 'source', match.cameraSourceId),
      recorder: existing(reader, 'source', match.recorderSourceId ?? 0),
    }));
    context.setItems(sources.map(({ camera, recorder }) => `${camera.name} with ${recorder.name}`));
    return matches.flatMap((match, item) => {
      const { camera, recorder } = sources[item]!;
      const plans = planDrift(match, cameraSeconds(project, camera), recorder);
      const nameOf = (index: number) => `${recorder.name} (${camera.name}${index > 0 ? `, ${index + 1}` : ''})`;
      if (plans.length > 0)
        return plans.map((plan, index) => ({ item, match, camera, recorder, plan, copyName: nameOf(index) }));
      context.item(item, { state: 'done', progress: 1, note: 'no drift to correct' });
      return [];
    });
  }

  private async acceptResampled(
    project: Project,
    command: AcceptCommand,
    drifting: readonly Drifting[],
    context: JobContext,
  ): Promise<void> {
    const audioFolder = join(project.folder, 'Audio Files');
    await mkdir(audioFolder, { recursive: true }).catch((error) => {
      throw fileSystemError(audioFolder, error);
    });
    const made = await copiesInProject(project, drifting);
    const wanted = drifting.filter((part) => !made.has(part));
    await refuseFullDisk(audioFolder, wanted.map(correctedBytes));
    const names = await FreeNames.of(audioFolder);
    const sourcePaths = new Set(project.reader.all('source').map(({ path }) => path));
    const files: string[] = [];
    const { peaks } = this.media.require();
    try {
      await eachDrifting(drifting, context, 'Resampling', async (part, signal, onProgress) => {
        if (made.has(part)) return;
        const { camera, recorder, plan, copyName } = part;
        const stem = safeStem(`${copyName}.wav`);
        const work = {
          ...{ recorder, recorderPath: project.sourcePath(recorder), camera, plan, copyName, audioFolder, signal },
          fileName: `${stem}.wav`,
          onProgress: (fraction: number) => onProgress(0.9 * fraction),
        };
        const isFree = !sourcePaths.has(`Audio Files/${work.fileName}`) && !files.includes(work.fileName);
        const left = isFree ? await leftCorrectedFile(work) : null;
        if (left) {
          made.set(part, left);
          return;
        }
        const fileName = names.take(stem, '.wav');
        files.push(fileName);
        context.checkpoint({ files });
        const file = await makeCorrectedFile({ ...work, fileName });
        made.set(part, file);
        if (!isEngineAvailable()) return;
        const layout = await pcmLayout(join(audioFolder, fileName));
        await peaks.build(layout, file.source.contentHash, (fraction) => onProgress(0.9 + 0.1 * fraction), signal);
      });
      context.signal.throwIfAborted();
      const corrected: Corrected = drifting.map((part) => ({
        matchId: part.match.id,
        recorderSourceId: part.recorder.id,
        pieces: [...part.plan.pieces],
        ...made.get(part)!,
      }));
      this.documents.apply({ ...command, corrected }, { projectId: project.id });
      // Of a match that was accepted meanwhile there is a copy already.
      await this.removeUnused(project, files, made);
    } catch (error) {
      await this.removeUnused(project, files, made);
      throw explained(error);
    }
  }

  /** Removes the files that this job made and that are in no row of the document. */
  private async removeUnused(
    project: Project,
    files: readonly string[],
    made: ReadonlyMap<Drifting, CorrectedFile>,
  ): Promise<void> {
    const { peaks } = this.media.require();
    const used = new Set(project.reader.all('source').map(({ path }) => path));
    const hashes = new Map(Array.from(made.values(), ({ source }) => [source.path, source.contentHash]));
    for (const file of files) {
      const path = `Audio Files/${file}`;
      if (used.has(path)) continue;
      await rm(join(project.folder, path), { force: true });
      const hash = hashes.get(path);
      if (hash) await peaks.remove(hash);
    }
  }
}

/** The length of a camera clip's sound or picture, whichever is longer. */
function cameraSeconds(project: Project, camera: SourceRow): number {
  const picture = camera.pictureId === null ? null : project.reader.get('picture', camera.pictureId);
  const pictureSeconds = picture ? (picture.frameCount * picture.frameRateDenominator) / picture.frameRateNumerator : 0;
  return Math.max(camera.lengthSamples / camera.sampleRate, pictureSeconds);
}

/** The same failure with what became of the matches. */
function explained(error: unknown): unknown {
  if (!(error instanceof TwopopError) || isStop(error)) return error;
  const { code, message, remedy } = error;
  if (message.endsWith('No match was accepted.') || message.endsWith('Nothing was changed.')) return error;
  return new TwopopError({ code, message: `${message} No match was accepted.`, remedy }, { cause: error });
}
