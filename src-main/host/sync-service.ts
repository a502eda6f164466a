import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { channelNamesOf } from '../../src-shared/edit/source-edits.ts';
import { isDecided } from '../../src-shared/edit/sync-edits.ts';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { type ErrorReport, TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import { bearsClocksOut } from '../../src-shared/sync/sync-decision.ts';
import { fewAtOnce } from '../files/few-at-once.ts';
import { fileSystemError } from '../media/media-error.ts';
import type { Project } from '../project/project.ts';
import { syncClips } from '../sync/sync-engine.ts';
import type { SyncInput } from '../sync/sync-input.ts';
import type { DocumentService } from './document-service.ts';
import type { JobContext, JobRunner } from './job-runner.ts';
import type { ProjectService } from './project-service.ts';
import { openSyncAudio, openSyncTracks } from './sync-audio.ts';
import { SyncBatches } from './sync-batches.ts';
import { SyncProgressMeter } from './sync-progress-meter.ts';
import { proposalsOf } from './sync-proposals.ts';
import { writeResults } from './sync-results.ts';

export type SyncRequest = {
  cameraSourceIds?: number[] | undefined;
  recorderSourceIds?: number[] | undefined;
  again?: boolean | undefined;
};

/**
 * Syncs cameras with recorders of the open project. What is decided goes into the document while the rest is still
 * worked on, a batch each few seconds; a cancelled or broken-off sync keeps it, and the next one goes on after it.
 */
export class SyncService {
  private readonly projects: ProjectService;
  private readonly documents: DocumentService;
  private readonly jobs: JobRunner;

  constructor(projects: ProjectService, documents: DocumentService, jobs: JobRunner) {
    this.projects = projects;
    this.documents = documents;
    this.jobs = jobs;
  }

  /**
   * Starts a sync and returns its job's id. Throws `sync-nothing` when there is no camera or no recorder file, and
   * `sync-all-decided` when every camera clip has a result and none is to be looked at again. Sources that were
   * resampled here are no recordings and are left out. `again` looks at clips that have a result, too: at those that a
   * person laid or set by hand only where they are named, else `sync-all-by-hand` where there are no others.
   */
  start({ cameraSourceIds, recorderSourceIds, again = false }: SyncRequest): string {
    const project = this.projects.requireWritable();
    const pick = (role: SourceRow['role'], ids: readonly number[] | undefined) =>
      project.reader
        .all('source')
        .filter((source) => source.derivedFromId === null && (ids ? ids.includes(source.id) : source.role === role));
    const cameras = pick('camera', cameraSourceIds);
    const recorders = pick('recorder', recorderSourceIds);
    if (cameras.length === 0 || recorders.length === 0) {
      throw new TwopopError({
        code: 'sync-nothing',
        message: `There is no ${cameras.length === 0 ? 'camera clip with sound' : 'recorder file'} to sync. Nothing was changed.`,
        remedy: 'Import the cards of both, or set the role of the sources in the inspector.',
      });
    }
    const stillOpen = (rows: readonly SourceRow[]) => {
      if (!again) return undecided(project, rows);
      return cameraSourceIds ? [...rows] : notSetByHand(project, rows);
    };
    const open = stillOpen(cameras);
    if (open.length === 0) throw again ? allByHand(cameras) : allDecided(project, cameras);
    const used = new Set([...cameras, ...recorders].map(({ id }) => id));
    const withoutRole = tellWithoutRole(
      project.reader
        .all('source')
        .filter((row) => row.role === 'other' && !row.derivedFromId && !row.pictureId && !used.has(row.id)),
    );
    const passedOver = tellPassedOver(cameras.length - open.length, again);
    return this.jobs.start({
      kind: 'sync',
      label: `Sync ${counted(open.length)}`,
      request: null,
      work: async (context) => {
        // A sync that was started before this one may have decided some of them meanwhile.
        const left = stillOpen(open);
        const replacing = again && cameraSourceIds ? cameraSourceIds : [];
        if (left.length > 0)
          await this.run(project, { cameras: left, recorders, passedOver, replacing, withoutRole }, context);
        else context.addResult(`${counted(open.length)} had a result by now and were passed over.`);
      },
    }).id;
  }

  private async run(
    project: Project,
    work: {
      readonly cameras: readonly SourceRow[];
      readonly recorders: readonly SourceRow[];
      /** What is said of the others at the end; empty where there are none. */
      readonly passedOver: string;
      /** What is said of sound files that may be a recorder's and were not searched; empty where there are none. */
      readonly withoutRole: string;
      /** Camera clips that a person named to be looked at anew, whatever they had set of them. */
      readonly replacing: readonly number[];
    },
    context: JobContext,
  ): Promise<void> {
    const { cameras, recorders, passedOver, replacing, withoutRole } = work;
    const meter = new SyncProgressMeter(cameras, recorders, context);
    const away = await filesAway(project, [...cameras, ...recorders]);
    const heard = {
      cameras: cameras.filter(({ id }) => !away.has(id)),
      recorders: recorders.filter(({ id }) => !away.has(id)),
    };
    refuseOffline(heard, recorders);
    // No result is written for a clip that is only away: it is to be looked at when its file is back.
    for (const { id } of cameras) if (away.has(id)) meter.failed(String(id), away.get(id)!);
    for (const { id } of recorders)
      if (away.has(id)) context.addWarning(`${away.get(id)!.message} It was not searched.`);
    // A document that takes no more ends the sync, as a cancel does.
    const broken = new AbortController();
    const batches = new SyncBatches(
      (proposals) =>
        writeResults(this.documents, project, proposals, {
          replacing,
          onGone: (camera) => {
            matched.delete(String(camera));
            meter.gone(String(camera));
          },
          onRefused: (camera, error) => {
            matched.delete(String(camera));
            meter.failed(String(camera), error);
          },
        }),
      () => broken.abort(),
    );
    const matched = new Set<string>();
    const keep = () => {
      batches.end();
      context.addResult(`${matched.size} of ${counted(cameras.length)} matched.${passedOver}`);
      if (withoutRole) context.addResult(`${withoutRole} In the inspector, set the role of what a recorder made.`);
    };
    try {
      const { skipped } = await syncClips({
        cameras: heard.cameras.map((row) => inputOf(project, row)),
        recorders: heard.recorders.map((row) => inputOf(project, row)),
        openAudio: openSyncAudio,
        openTracks: openSyncTracks,
        clocksBorneOut: project.reader
          .all('sync_match')
          .some(({ status, method }) => status !== 'rejected' && bearsClocksOut(method)),
        signal: AbortSignal.any([context.signal, broken.signal]),
        onProgress: (progress) => meter.progress(progress),
        onDecided: (decided) => {
          const outcome =
            withoutRole && 'reason' in decided ? { ...decided, reason: `${decided.reason} ${withoutRole}` } : decided;
          if ('pairs' in outcome) matched.add(outcome.camera);
          meter.decided(outcome);
          batches.add(proposalsOf(outcome));
        },
      });
      keep();
      for (const { recorder, reason } of skipped) context.addWarning(`${meter.nameOf(recorder)}: ${reason}`);
    } catch (error) {
      keep();
      const left = heard.cameras.length - meter.decidedCount;
      if (left > 0) context.addResult(`${counted(left)} not decided yet. Start sync again to go on with them.`);
      throw error;
    }
  }
}

/** The camera clips, all of them where none are named, that have no result of any kind. */
export function undecided(project: Project, named?: readonly SourceRow[]): SourceRow[] {
  const cameras =
    named ?? project.reader.all('source').filter(({ role, derivedFromId }) => role === 'camera' && !derivedFromId);
  const decided = new Set<number>(project.reader.all('sync_match').map(({ cameraSourceId }) => cameraSourceId));
  return cameras.filter(({ id }) => !decided.has(id));
}

function tellPassedOver(clips: number, again: boolean): string {
  if (clips === 0) return '';
  const which = again ? 'laid or set by hand' : 'with a result';
  return ` ${counted(clips)} ${which} ${clips === 1 ? 'was' : 'were'} passed over.`;
}

/** Sound files whose role nobody told and that say nothing of a recorder themselves: they may be the ones missed. */
function tellWithoutRole(rows: readonly SourceRow[]): string {
  if (rows.length === 0) return '';
  const names = rows.slice(0, 3).map(({ name }) => name);
  const which =
    rows.length === 1 ? '1 sound file has no role and was' : `${rows.length} sound files have no role and were`;
  return `${which} not searched: ${names.join(', ')}${rows.length > 3 ? ' and more' : ''}.`;
}

/** The camera clips of which a person laid or set nothing by hand. What they rejected stays so, but another may fit. */
function notSetByHand(project: Project, cameras: readonly SourceRow[]): SourceRow[] {
  const set = new Set<number>(
    project.reader
      .all('sync_match')
      .filter((match) => match.status !== 'accepted' && match.status !== 'rejected' && isDecided(match))
      .map(({ cameraSourceId }) => cameraSourceId),
  );
  return cameras.filter(({ id }) => !set.has(id));
}

function allByHand(cameras: readonly SourceRow[]): TwopopError {
  const which = cameras.length === 1 ? 'The camera clip was' : `All ${counted(cameras.length)} were`;
  return new TwopopError({
    code: 'sync-all-by-hand',
    message: `${which} laid or set by hand, which is not given up unasked. Nothing was changed.`,
    remedy: 'Select the clips that are to be looked at anew all the same, and sync these again.',
  });
}

function allDecided(project: Project, cameras: readonly SourceRow[]): TwopopError {
  const ids = new Set<number>(cameras.map(({ id }) => id));
  const without = new Set(
    project.reader
      .all('sync_match')
      .filter(({ status, cameraSourceId }) => status === 'unmatched' && ids.has(cameraSourceId))
      .map(({ cameraSourceId }) => cameraSourceId),
  ).size;
  const which = cameras.length === 1 ? 'The camera clip has' : `All ${counted(cameras.length)} have`;
  return new TwopopError({
    code: 'sync-all-decided',
    message: `${which} a sync result already${without > 0 ? `, ${without} of them without a match` : ''}. Nothing was changed.`,
    remedy:
      'Look at the results in the review. To have the clips looked at anew, with recorder files that came in since, sync again from the start; what was accepted stays.',
  });
}

/** Throws `sync-offline` where nothing of one side is there to be listened to. */
function refuseOffline(
  heard: { readonly cameras: readonly SourceRow[]; readonly recorders: readonly SourceRow[] },
  recorders: readonly SourceRow[],
): void {
  if (heard.cameras.length > 0 && heard.recorders.length > 0) return;
  const what =
    heard.cameras.length === 0
      ? 'The files of the camera clips'
      : recorders.length === 1
        ? 'The recorder file'
        : 'The recorder files';
  throw new TwopopError({
    code: 'sync-offline',
    message: `${what} cannot be found. Nothing was changed.`,
    remedy: 'Mount the disk they lie on, or relink them, then sync again.',
  });
}

/** Files looked for at once: a disk of the network takes its time for each, and so do thousands on one thread. */
const FILES_AT_ONCE = 8;

/** What of the sources cannot be read now, and why, by their ids. */
async function filesAway(project: Project, rows: readonly SourceRow[]): Promise<Map<number, ErrorReport>> {
  const away = new Map<number, ErrorReport>();
  await fewAtOnce(rows, FILES_AT_ONCE, async (row) => {
    let { path } = row;
    try {
      path = project.sourcePath(row);
      await access(path, constants.R_OK);
    } catch (error) {
      // A path out of the project folder is never followed: it says so itself.
      if (error instanceof TwopopError) {
        away.set(row.id, toErrorReport(error));
        return;
      }
      const { code } = error as NodeJS.ErrnoException;
      const isGone = code === 'ENOENT' || code === 'ENOTDIR';
      away.set(row.id, isGone ? offlineError(row) : toErrorReport(fileSystemError(path, error)));
    }
  });
  return away;
}

function offlineError(row: SourceRow): ErrorReport {
  return {
    code: 'media-missing',
    message: `“${row.name}” is offline.`,
    remedy: 'Relink it, then sync again.',
  };
}

function counted(clips: number): string {
  return `${clips} camera ${clips === 1 ? 'clip' : 'clips'}`;
}

/** A source as sync takes it. */
export function inputOf(project: Project, row: SourceRow): SyncInput {
  const clockRate = project.reader.get('project', 1)?.sampleRate ?? row.sampleRate;
  return {
    id: String(row.id),
    path: project.sourcePath(row),
    name: row.name,
    channelNames: channelNamesOf(row),
    startSeconds: row.timeReferenceSamples === null ? null : row.timeReferenceSamples / clockRate,
  };
}
