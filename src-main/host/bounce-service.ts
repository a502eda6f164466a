import { mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { PcmFormat } from '../../src-shared/engine/render-plan.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { BounceRequest } from '../../src-shared/rpc/schemas.ts';
import { frameToSample } from '../../src-shared/time/frame-rate.ts';
import { timecodeAt } from '../../src-shared/time/timecode.ts';
import type { BounceOutput } from '../engine/addon.ts';
import { bounce } from '../engine/bounce.ts';
import type { CompiledPlan } from '../engine/plan-compiler.ts';
import { makeWaveHeader, type WaveHeaderFields, wavePaddingBytes } from '../media/wave-writer.ts';
import type { Project } from '../project/project.ts';
import { type PlannedOutput, planOutputs } from './bounce-outputs.ts';
import { clockOf } from './document-service.ts';
import type { JobContext, JobRunner } from './job-runner.ts';
import type { OpenMediaService } from './open-media.ts';
import type { ProjectService } from './project-service.ts';

/** Samples of 24 hours: BWF counts its time reference within one day. */
const DAY_SECONDS = 86_400;

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

  /** Starts a bounce and returns its job's id. Throws `bad-request` for an empty span or a relative folder. */
  start(request: BounceRequest): string {
    const project = this.projects.require();
    if (request.toSample <= request.fromSample) {
      throw refused('The bounce has no length.', 'Select a span of the timeline, or bounce the whole reel.');
    }
    if (request.folder !== undefined && !isAbsolute(request.folder)) {
      throw refused(`“${request.folder}” is not a full path.`, 'Choose the folder for the bounce again.');
    }
    const label = `Bounce ${request.name}`;
    return this.jobs.start({ kind: 'bounce', label, request, work: (context) => this.run(project, request, context) })
      .id;
  }

  private async run(project: Project, request: BounceRequest, context: JobContext): Promise<void> {
    const folder = request.folder ?? join(project.folder, 'Bounces');
    if (request.folder === undefined) await mkdir(folder, { recursive: true });
    const media = this.media.require();
    await media.locator.prepare();
    const compiled = media.compiler.compile(
      request.contents === 'tracks' ? { trackIds: tracksOf(project, request.trackIds) } : {},
    );
    const planned = planOutputs(
      request,
      compiled.plan,
      compiled.plan.tracks.map((_, index) => index),
    );
    if (planned.length === 0) {
      throw refused(
        'There is nothing to bounce: no track of that kind has anything on it that is heard.',
        'Add clips, or take tracks off mute, then bounce again.',
      );
    }
    context.setItems(planned.map(({ fileName }) => `${fileName}.wav`));
    const outputs = planned.map((output) => this.withHeader(project, request, folder, output));
    const result = await bounce({
      plan: compiled.plan,
      fromSample: request.fromSample,
      lengthSamples: request.toSample - request.fromSample,
      outputs,
      signal: context.signal,
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
        context.addResult(
          `${report.clippedSamples} samples of ${planned[index]?.fileName} were over full scale and clipped.`,
        );
      }
    });
    for (const problem of result.problems) context.addResult(`Silent in the bounce: ${problem.message}`);
    for (const name of silentSources(project, compiled)) context.addResult(`Silent in the bounce: ${name} is offline.`);
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
      path: join(folder, `${output.fileName}.wav`),
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

function silentSources(project: Project, compiled: CompiledPlan): string[] {
  return compiled.unlocated.map((id) => project.reader.get('source', id)?.name ?? `source ${id}`);
}

function codingMode(channelCount: number): string {
  return channelCount === 1 ? 'mono' : channelCount === 2 ? 'stereo' : 'multi';
}

function localDate(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function refused(message: string, remedy: string): TwopopError {
  return new TwopopError({ code: 'bounce-empty', message: `${message} Nothing was written.`, remedy });
}
