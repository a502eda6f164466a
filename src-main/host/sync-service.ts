import { dirname } from 'node:path';
import { channelNamesOf } from '../../src-shared/edit/source-edits.ts';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { bearsClocksOut } from '../../src-shared/sync/sync-decision.ts';
import { isOfClipAlone } from '../../src-shared/sync/sync-reasons.ts';
import type { Project } from '../project/project.ts';
import { syncClips } from '../sync/sync-engine.ts';
import type { SyncInput } from '../sync/sync-input.ts';
import type { DocumentService } from './document-service.ts';
import { filesAway } from './files-away.ts';
import type { JobContext, JobRunner } from './job-runner.ts';
import type { ProjectService } from './project-service.ts';
import { openSyncAudio, openSyncTracks } from './sync-audio.ts';
import { SyncBatches } from './sync-batches.ts';
import { SyncProgressMeter } from './sync-progress-meter.ts';
import { proposalsOf } from './sync-proposals.ts';
import { writeResults } from './sync-results.ts';
import {
  allByHand,
  allDecided,
  counted,
  NOTHING_UNSEARCHED,
  notSetByHand,
  tellNotSearched,
  tellPassedOver,
  tellReopened,
  tellWithoutRole,
  undecided,
  unsearchedFiles,
} from './sync-scope.ts';

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
   * Starts a sync and resolves with its job's id. Rejects with `sync-nothing` when there is no camera or no recorder file,
   * and `sync-all-decided` when every camera clip has a result and none is to be looked at again. One without a match is
   * looked at again where a recorder file is there that was not searched for it. Sources that were resampled here are no
   * recordings and are left out. `again` looks at clips that have a result, too: at those that a
   * person laid or set by hand only where they are named, else `sync-all-by-hand` where there are no others.
   */
  async start({ cameraSourceIds, recorderSourceIds, again = false }: SyncRequest): Promise<string> {
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
    const unsearched = again ? NOTHING_UNSEARCHED : await unsearchedFiles(project, cameras, recorders);
    if (this.projects.requireWritable() !== project) throw projectChanged();
    const stillOpen = (rows: readonly SourceRow[]) => {
      if (!again) return undecided(project, rows, unsearched.there);
      return cameraSourceIds ? [...rows] : notSetByHand(project, rows);
    };
    const open = stillOpen(cameras);
    if (open.length === 0) throw again ? allByHand(cameras) : allDecided(project, cameras, unsearched.away);
    const used = new Set([...cameras, ...recorders].map(({ id }) => id));
    const withoutRole = tellWithoutRole(
      project.reader
        .all('source')
        .filter((row) => row.role === 'other' && !row.derivedFromId && !row.pictureId && !used.has(row.id)),
    );
    const passedOver = tellPassedOver(cameras.length - open.length, again);
    const reopened = again ? '' : tellReopened(project, open, unsearched.there);
    return this.jobs.start({
      kind: 'sync',
      label: `Sync ${counted(open.length)}`,
      // What is to be said of it where it is broken off.
      request: { again: again || reopened !== '' },
      work: async (context) => {
        // A sync that was started before this one may have decided some of them meanwhile.
        const left = stillOpen(open);
        const replacing = again && cameraSourceIds ? cameraSourceIds : [];
        if (left.length > 0)
          await this.run(project, { cameras: left, recorders, passedOver, reopened, replacing, withoutRole }, context);
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
      /** What is said of clips without a match that are looked at again; empty where there are none. */
      readonly reopened: string;
      /** What is said of sound files that may be a recorder's and were not searched; empty where there are none. */
      readonly withoutRole: string;
      /** Camera clips that a person named to be looked at anew, whatever they had set of them. */
      readonly replacing: readonly number[];
    },
    context: JobContext,
  ): Promise<void> {
    const { cameras, recorders, passedOver, reopened, replacing, withoutRole } = work;
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
    /** Recorder files that could not be read when their turn came. */
    const unread = new Set<number>();
    const searched = () => heard.recorders.flatMap(({ id }) => (unread.has(id) ? [] : [id as number]));
    const offline = tellNotSearched(
      recorders.filter(({ id }) => away.has(id)),
      'offline',
    );
    const notSearched = () => {
      const unreadable = heard.recorders.filter(({ id }) => unread.has(id));
      return [offline, tellNotSearched(unreadable, 'unreadable'), withoutRole].filter(Boolean);
    };
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
      if (reopened) context.addResult(reopened);
      if (withoutRole) context.addResult(`${withoutRole} In the inspector, set the role of what a recorder made.`);
    };
    try {
      const { skipped } = await syncClips({
        cameras: heard.cameras.map((row) => inputOf(project, row)),
        recorders: heard.recorders.map((row) => inputOf(project, row)),
        openAudio: openSyncAudio,
        openTracks: openSyncTracks,
        clocksBorneOut: clocksBorneOut(project, heard.cameras),
        signal: AbortSignal.any([context.signal, broken.signal]),
        onProgress: (progress) => meter.progress(progress),
        onSkipped: (skipped) => {
          if (skipped.unread) unread.add(Number(skipped.recorder));
        },
        onDecided: (decided) => {
          // What could not be read has no result: it is to be looked at when it can.
          if ('reason' in decided && decided.unread) {
            meter.failed(decided.camera, decided.unread);
            return;
          }
          const isMissed = 'reason' in decided && !isOfClipAlone(decided.reason);
          const outcome = isMissed ? { ...decided, reason: [decided.reason, ...notSearched()].join(' ') } : decided;
          if ('pairs' in outcome) matched.add(outcome.camera);
          meter.decided(outcome);
          batches.add(proposalsOf(outcome, isMissed ? searched() : []));
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

/**
 * Camera clips on whose card (the folder they came from) another was matched by its sound and its timecode agreed: their
 * clocks are known to run with the recorder's. Two days share the same hours, so another card's clips say nothing of them.
 */
function clocksBorneOut(project: Project, cameras: readonly SourceRow[]): ReadonlySet<string> {
  const cards = new Set(
    project.reader
      .all('sync_match')
      .filter(({ status, method }) => status !== 'rejected' && bearsClocksOut(method))
      .map(({ cameraSourceId }) => cardOf(project.reader.get('source', cameraSourceId)!)),
  );
  return new Set(cameras.filter((row) => cards.has(cardOf(row))).map(({ id }) => String(id)));
}

function cardOf({ originalPath }: SourceRow): string {
  return dirname(originalPath);
}

function projectChanged(): TwopopError {
  return new TwopopError({
    code: 'sync-project-changed',
    message: 'Another project was opened meanwhile. Nothing was changed.',
    remedy: 'Start sync again.',
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
