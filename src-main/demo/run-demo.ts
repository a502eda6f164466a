import { existsSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { PictureRow } from '../../src-shared/model/rows.ts';
import type { BounceRequest } from '../../src-shared/rpc/schemas.ts';
import { type FrameRate, frameRateName } from '../../src-shared/time/frame-rate.ts';
import { formatTimecode, timecodeAt } from '../../src-shared/time/timecode.ts';
import { readWaveFile } from '../media/wave-file.ts';
import { cardName, compareWithTruth, type SyncVerdict, TOLERANCE_MS } from './compare-with-truth.ts';
import { type DemoHost, rowsOf } from './demo-host.ts';
import { readDemoShoot, readDemoTruth } from './demo-shoot.ts';
import { expandDemoShoot } from './expand-demo-shoot.ts';
import { ended, fillDemoProject } from './fill-demo-project.ts';
import { type BouncedClap, type ClapRecording, channelLevels, findClaps, readBounced } from './find-claps.ts';
import { demoNames, demoProjectRequest } from './open-demo-project.ts';

export type RunDemoOptions = {
  /** The folder with `shoot.json`. */
  readonly shootFolder: string;
  /** Where cards and project are made; made itself where it is not there. A project that is there keeps its name. */
  readonly folder: string;
  readonly signal?: AbortSignal;
  /** A line of what was found, for people. */
  readonly say: (line: string) => void;
};

export type DemoReport = {
  readonly projectPath: string;
  readonly verdicts: readonly SyncVerdict[];
  readonly claps: readonly BouncedClap[];
  readonly bounced: readonly {
    readonly path: string;
    readonly channelNames: readonly string[];
    readonly levelsDb: readonly number[];
  }[];
  /** What is wrong, in words; empty when everything is right. */
  readonly problems: readonly string[];
};

/**
 * The main job from cards to bounce on the demo shoot, without a display: makes a project, imports, syncs, accepts,
 * bounces the master and every track, and holds each result against the truth of the shoot. Says what it found as it
 * goes. What is wrong is in `problems`; throws only what kept it from going on.
 */
export async function runDemo(host: DemoHost, options: RunDemoOptions): Promise<DemoReport> {
  const { shootFolder, folder, signal, say } = options;
  const problems: string[] = [];
  const shoot = await readDemoShoot(shootFolder);
  const truth = await readDemoTruth(shootFolder);
  await mkdir(folder, { recursive: true });
  const names = demoNames(shoot);
  const cardsFolder = join(folder, names.cards);
  // First what may not be possible at all, so that no empty project is left behind.
  await expandDemoShoot({ shootFolder, targetFolder: cardsFolder, ...(signal ? { signal } : {}) });
  const request = demoProjectRequest(shoot, folder, freeName(folder, names.project));
  const project = await host.client.project.create(request);
  say(`Project   ${project.path}`);

  const filled = await fillDemoProject(host, {
    shootFolder,
    cardsFolder,
    ...(signal ? { signal } : {}),
  });
  const snapshot = host.snapshot();
  const sources = rowsOf(snapshot, 'source');
  const pictures = rowsOf(snapshot, 'picture');
  const { cameraFiles, recorderFiles } = filled.expanded;
  say(`Imported  ${cameraFiles.length} camera clips and ${recorderFiles.length} recorder files`);
  for (const { name, error } of filled.importJob?.items ?? []) {
    if (error) problems.push(`${name} was not imported: ${error.message}`);
  }
  for (const card of [...shoot.cameras, ...shoot.recordings]) {
    const wanted = 'frameCount' in card ? pictures : sources;
    if (!wanted.some((row) => cardName(row) === card.name.replace(/\.[^.]+$/, ''))) {
      problems.push(`${card.name} is not in the project.`);
    }
  }
  for (const picture of pictures.sort(byName)) {
    const hasSound = sources.some(({ pictureId }) => pictureId === picture.id);
    say(`  ${pictureLine(picture)}  ${hasSound ? 'scratch sound' : 'no sound'}`);
  }
  for (const { name, scene, take, tape, circled, channelNames } of sources
    .filter(({ role, derivedFromId }) => role === 'recorder' && derivedFromId === null)
    .sort(byName)) {
    const tracks = (JSON.parse(channelNames) as string[]).join(', ');
    say(`  ${name}  ${tape ?? ''}  scene ${scene ?? '-'} take ${take ?? '-'}${circled ? ' (circled)' : ''}  ${tracks}`);
  }

  const verdicts = compareWithTruth(truth, { sources, pictures, matches: filled.matches });
  say('Synced');
  for (const verdict of verdicts) {
    say(`  ${verdictLine(verdict)}`);
    if (!verdict.right) problems.push(`${verdict.camera}: ${verdict.reason}`);
  }

  const { bounced, claps, notes } = await bounceAndCheck(
    host,
    project.folder,
    project.name,
    options,
    recorderFiles,
    problems,
  );
  say('Bounced');
  for (const { path, channelNames, levelsDb } of bounced) {
    const size = (await stat(path)).size / 1e6;
    const channels = channelNames.map((name, index) => `${name} ${(levelsDb[index] ?? 0).toFixed(1)} dBFS`).join(', ');
    say(`  ${path}  ${size.toFixed(1)} MB  ${channels}`);
  }
  for (const note of notes) say(`  ${note}`);
  for (const { camera, expectedSample, foundSample } of claps) {
    const heard =
      foundSample === null ? 'not heard' : `heard ${signed(foundSample - expectedSample, 2)} samples from its place`;
    say(`  ${camera}  clap at ${timecodeAt(Math.round(expectedSample), request)}: ${heard}`);
  }
  say(problems.length === 0 ? 'Everything is as it should be.' : 'Wrong:');
  for (const problem of problems) say(`  ${problem}`);
  return { projectPath: project.path, verdicts, claps, bounced, problems };
}

function freeName(folder: string, name: string): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name} ${number}`;
    if (!existsSync(join(folder, candidate))) return candidate;
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function pictureLine(picture: PictureRow): string {
  const { name, startFrame, frameCount, widthPixels, heightPixels } = picture;
  const rate: FrameRate = {
    numerator: picture.frameRateNumerator,
    denominator: picture.frameRateDenominator,
    drop: picture.dropFrame,
  };
  const start = startFrame === null ? 'no timecode' : `from ${formatTimecode(startFrame, rate)}`;
  return `${name}  ${widthPixels}x${heightPixels}  ${frameCount} frames at ${frameRateName(rate)}  ${start}`;
}

function verdictLine(verdict: SyncVerdict): string {
  const { camera, recorder, match, errorHeadMs, errorTailMs, right, reason } = verdict;
  if (recorder === null || match === null) return `${camera}  no match: ${reason}`;
  const worst = Math.max(Math.abs(errorHeadMs ?? 0), Math.abs(errorTailMs ?? 0));
  const found =
    `${camera}  ${recorder}  ${match.method}  offset ${(match.offsetSamplesAt48k / 48_000).toFixed(5)} s  ` +
    `drift ${signed(match.driftPpm, 1)} ppm  confidence ${match.confidence.toFixed(3)}`;
  if (errorHeadMs === null) return `${found}  WRONG: ${reason}`;
  return `${found}  within ${worst.toFixed(3)} ms of the truth${right ? '' : `  WRONG: ${reason}`}`;
}

function signed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return value > 0 ? `+${text}` : text;
}

/** Bounces the master and every track, and checks the files: format, length, sound in each channel, claps in place. */
async function bounceAndCheck(
  host: DemoHost,
  projectFolder: string,
  name: string,
  options: RunDemoOptions,
  recorderFiles: readonly string[],
  problems: string[],
): Promise<Pick<DemoReport, 'bounced' | 'claps'> & { readonly notes: readonly string[] }> {
  const snapshot = host.snapshot();
  const clips = [...rowsOf(snapshot, 'clip'), ...rowsOf(snapshot, 'picture_clip')];
  const toSample = clips.reduce((end, { startSample, lengthSamples }) => Math.max(end, startSample + lengthSamples), 0);
  if (toSample === 0) {
    problems.push('Nothing is on the timeline, so nothing was bounced.');
    return { bounced: [], claps: [], notes: [] };
  }
  const folder = join(projectFolder, 'Bounces');
  const common = { name, fromSample: 0, toSample, sampleFormat: 's24', dither: true } as const;
  const requests: BounceRequest[] = [
    { ...common, contents: 'master', layout: 'stereo' },
    { ...common, contents: 'tracks', layout: 'poly' },
  ];
  const notes: string[] = [];
  for (const request of requests) {
    const { jobId } = await host.client.bounce.start(request);
    const job = await ended(host, jobId, options.signal);
    // The results are the files, which are looked at themselves.
    notes.push(...job.warnings);
  }

  const bounced: DemoReport['bounced'][number][] = [];
  let claps: BouncedClap[] = [];
  const heard = new Set(
    rowsOf(snapshot, 'track')
      .filter(({ muted }) => !muted)
      .map((track) => track.name),
  );
  for (const file of (await readdir(folder)).filter((entry) => /\.wav$/i.test(entry)).sort()) {
    const path = join(folder, file);
    const wave = await readBounced(path);
    const channelNames = wave.metadata.trackNames ?? [];
    const levelsDb = await channelLevels(wave);
    bounced.push({ path, channelNames, levelsDb });
    if (wave.frames !== toSample) problems.push(`${file} has ${wave.frames} samples; the reel has ${toSample}.`);
    for (const [index, level] of levelsDb.entries()) {
      const channel = channelNames[index] ?? '';
      const isSilent = level < -60;
      if (isSilent && (heard.has(channel) || channel.startsWith('Master')))
        problems.push(`${file}: “${channel}” is silent.`);
    }
    const boom = channelNames.indexOf('Boom');
    if (boom < 0) continue;
    const truth = await readDemoTruth(options.shootFolder);
    claps = await findClaps(
      wave,
      boom,
      truth,
      rowsOf(snapshot, 'picture'),
      rowsOf(snapshot, 'picture_clip'),
      await boomsOf(recorderFiles),
    );
  }
  if (bounced.length < requests.length)
    problems.push(`Only ${bounced.length} of ${requests.length} bounces were written.`);
  if (claps.length === 0) problems.push('No clap was looked for: there is no boom in the bounce.');
  for (const { camera, expectedSample, foundSample } of claps) {
    const late = foundSample === null ? Number.POSITIVE_INFINITY : Math.abs(foundSample - expectedSample) / 48;
    if (late > TOLERANCE_MS) problems.push(`${camera}: the clap is not where the picture shows it.`);
  }
  return { bounced, claps, notes };
}

/** The boom of each recorder file, by the file's name without extension. */
async function boomsOf(recorderFiles: readonly string[]): Promise<Map<string, ClapRecording>> {
  const booms = new Map<string, ClapRecording>();
  for (const path of recorderFiles) {
    const wave = await readWaveFile(path);
    const channel = wave?.metadata.trackNames?.indexOf('Boom') ?? -1;
    if (wave && channel >= 0) booms.set(basename(path, extname(path)), { wave, channel });
  }
  return booms;
}
