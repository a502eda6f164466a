import { mkdir, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import type { PcmFormat } from '../../src-shared/engine/render-plan.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { BounceRequest } from '../../src-shared/rpc/schemas.ts';
import { frameToSample } from '../../src-shared/time/frame-rate.ts';
import { timecodeAt } from '../../src-shared/time/timecode.ts';
import type { BounceOutput } from '../engine/addon.ts';
import { bounce } from '../engine/bounce.ts';
import { refuseTargets, removeAbandoned } from '../engine/bounce-targets.ts';
import { makeWaveHeader, type WaveHeaderFields, wavePaddingBytes } from '../media/wave-writer.ts';
import type { Project } from '../project/project.ts';
import { type PlannedOutput, planOutputs } from './bounce-outputs.ts';
import { emptySpan, silentSources } from './bounce-warnings.ts';
import { clockOf } from './document-service.ts';
import type { JobContext, JobRunner } from './job-runner.ts';
import type { OpenMediaService } from './open-media.ts';
import type { ProjectService } from './project-service.ts';

/** Samples of 24 hours: BWF counts its time reference within one day. */
const DAY_SECONDS = 86_400;
/** What the project keeps for itself: all of its folders but `Bounces`. */
const OWN_FOLDERS = ['Audio Files', 'Picture', 'Peaks', 'Backups', 'Incoming'];

/** Of a remembered bounce: the files that it had begun. */
const abandonedSchema = z.object({ files: z.array(z.object({ part: z.string(), path: z.string() })) });

/** Bounces of the open project: the same plan that plays, rendered to BWF with bext and iXML. */
export class BounceService {
  private readonly projects: ProjectService;
  private readonly media: OpenMediaService;
  private readonly jobs: JobRunner;

  constructor(projects: ProjectService, media: OpenMediaService, jobs: JobRunner) {
    this.projects = projects;
    this.media = media;
    this.jobs = jobs;
  }

  /**
   * Starts a bounce and returns its job's id. Throws `bounce-empty` for an empty span or where nothing is heard,
   * `bounce-folder` for a folder that is none, and what `refuseTargets` throws, such as `bounce-exists`.
   */
  async start(request: BounceRequest): Promise<string> {
    const project = this.projects.require();
    if (request.toSample <= request.fromSample) {
      throw refused(
        'bounce-empty',
        'The bounce has no length.',
        'Select a span of the timeline, or bounce the whole reel.',
      );
    }
    const folder = await folderOf(project, request);
    const { planned } = await this.plan(project, request);
    const targets = planned.map(({ fileName }) => targetPath(folder, fileName));
    await refuseTargets(targets, {
      protectedFiles: filesOf(project),
      protectedFolders: foldersOf(project),
      overwrite: request.overwrite ?? false,
    });
    const label = `Bounce ${request.name}`;
    const work = (context: JobContext) => this.run(project, request, folder, context);
    return this.jobs.start({ kind: 'bounce', label, request, work }).id;
  }

  /** Removes what a bounce left half-written whose process died; `request` is what its job had remembered. */
  async tidyUp(request: unknown): Promise<void> {
    const files = abandonedSchema.safeParse(request).data?.files ?? [];
    await removeAbandoned(files.filter(({ part, path }) => part.startsWith(`${path}.`) && part.endsWith('.part')));
  }

  /** The mix as it is now, and the files that it goes into. */
  private async plan(project: Project, request: BounceRequest) {
    const media = this.media.require();
    await media.locator.prepare();
    const compiled = media.compiler.compile(
      request.contents === 'tracks' ? { trackIds: tracksOf(project, request.trackIds) } : {},
    );
    const trackIndexes = compiled.plan.tracks.map((_, index) => index);
    const planned = planOutputs(request, compiled.plan, trackIndexes);
    if (planned.length > 0) return { compiled, planned };
    throw refused(
      'bounce-empty',
      'There is nothing to bounce: no track of that kind has anything on it that is heard.',
      'Add clips, or take tracks off mute, then bounce again.',
    );
  }

  private async run(project: Project, request: BounceRequest, folder: string, context: JobContext): Promise<void> {
    const { compiled, planned } = await this.plan(project, request);
    context.setItems(planned.map(({ fileName }) => `${fileName}.wav`));
    const outputs = planned.map((output) => this.withHeader(project, request, folder, output));
    const result = await bounce({
      plan: compiled.plan,
      fromSample: request.fromSample,
      lengthSamples: request.toSample - request.fromSample,
      outputs,
      protectedFiles: () => filesOf(project),
      protectedFolders: foldersOf(project),
      overwrite: request.overwrite ?? false,
      signal: context.signal,
      onParts: (files) => context.checkpoint({ ...request, files }),
      onProgress: (portion) => {
        context.progress(portion);
        planned.forEach((_, index) => {
          context.item(index, { state: 'running', progress: portion });
        });
      },
    });
    result.outputs.forEach((report, index) => {
      context.item(index, { state: 'done', progress: 1 });
      context.addResult(report.path);
      this.projects.wrote(report.path);
      if (report.clippedSamples > 0) {
        context.addWarning(
          `${report.clippedSamples} samples of ${planned[index]?.fileName} were over full scale and clipped.`,
        );
      }
    });
    for (const problem of result.problems) context.addWarning(`Silent in the bounce: ${problem.message}`);
    const silent = silentSources(project, compiled, request);
    for (const warning of silent) context.addWarning(warning);
    const empty = silent.length === 0 ? emptySpan(compiled.plan, request, clockOf(project)) : null;
    if (empty) context.addWarning(empty);
  }

  private withHeader(project: Project, request: BounceRequest, folder: string, output: PlannedOutput): BounceOutput {
    const clock = clockOf(project);
    const lengthSamples = request.toSample - request.fromSample;
    const timeReference =
      (frameToSample(clock.startFrame, clock.frameRate, clock.sampleRate) + request.fromSample) %
      (DAY_SECONDS * clock.sampleRate);
    const now = new Date();
    const format: PcmFormat = request.sampleFormat;
    const fields: WaveHeaderFields = {
      format,
      channelCount: output.channels.length,
      sampleRate: clock.sampleRate,
      frameCount: lengthSamples,
      bext: {
        description: `${project.name}: ${output.channelNames.join(', ')}, from ${timecodeAt(request.fromSample, clock)}`,
        originator: 'Twopop',
        date: localDate(now),
        time: now.toTimeString().slice(0, 8),
        timeReference,
        codingHistory: `A=PCM,F=${clock.sampleRate},W=${{ s16: 16, s24: 24, f32: 32 }[request.sampleFormat]},M=${codingMode(output.channels.length)},T=Twopop`,
      },
      ixml: {
        project: project.name,
        note: request.name,
        frameRate: clock.frameRate,
        timeReference,
        trackNames: [...output.channelNames],
      },
    };
    return {
      path: targetPath(folder, output.fileName),
      headerBytes: makeWaveHeader(fields),
      ...(wavePaddingBytes(fields) === 1 ? { trailerBytes: new Uint8Array(1) } : {}),
      channels: output.channels,
      sampleFormat: request.sampleFormat,
      dither: request.dither && request.sampleFormat !== 'f32',
    };
  }
}

/** The tracks that were asked for, or all that are not muted, top to bottom. */
function tracksOf(project: Project, wanted: readonly number[] | undefined): number[] {
  const all = [...project.reader.all('track')].sort((a, b) => a.position - b.position);
  const chosen = wanted ? all.filter((track) => wanted.includes(track.id)) : all.filter((track) => !track.muted);
  return chosen.map((track) => track.id);
}

function targetPath(folder: string, fileName: string): string {
  return join(folder, `${fileName}.wav`);
}

/** The folder that was asked for, or the project's own, made where it is missing. Throws `bounce-folder`. */
async function folderOf(project: Project, request: BounceRequest): Promise<string> {
  const { folder } = request;
  if (folder === undefined) {
    const own = join(project.folder, 'Bounces');
    await mkdir(own, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw refused(
        'bounce-folder',
        `The folder ${own} could not be made (${error.code}).`,
        'Choose another folder for the bounce.',
      );
    });
    return own;
  }
  if (!isAbsolute(folder)) {
    throw refused('bounce-folder', `“${folder}” is not a full path.`, 'Choose the folder for the bounce again.');
  }
  if (!(await stat(folder).catch(() => null))?.isDirectory()) {
    throw refused('bounce-folder', `There is no folder ${folder}.`, 'Make it, or choose another one for the bounce.');
  }
  return folder;
}

/** Every file that the project owns or links: the document, sources, pictures and their proxies. */
function filesOf(project: Project): string[] {
  const sources = project.reader.all('source').flatMap((row) => {
    try {
      return [project.sourcePath(row)];
    } catch {
      return []; // A path out of the project folder is never followed, so there is no file to keep.
    }
  });
  const pictures = project.reader
    .all('picture')
    .flatMap(({ originalPath, proxyPath }) => (proxyPath === null ? [originalPath] : [originalPath, proxyPath]))
    .map((path) => resolve(project.folder, path));
  return [project.path, ...sources, ...pictures];
}

/** The folders of the project that nothing is bounced into. */
function foldersOf(project: Project): string[] {
  return OWN_FOLDERS.map((name) => join(project.folder, name));
}

function codingMode(channelCount: number): string {
  return channelCount === 1 ? 'mono' : channelCount === 2 ? 'stereo' : 'multi';
}

function localDate(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function refused(code: string, message: string, remedy: string): TwopopError {
  return new TwopopError({ code, message: `${message} Nothing was written.`, remedy });
}
