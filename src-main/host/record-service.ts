import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { takesToPlace } from '../../src-shared/edit/take-edits.ts';
import { TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import type { Project } from '../project/project.ts';
import { Broadcast } from './broadcast.ts';
import { clockOf } from './document-service.ts';
import { durationText, finishRecording } from './finish-recording.ts';
import {
  type ArmedTrack,
  AUDIO_FOLDER,
  armedTracks,
  ENDLESS_SAMPLE,
  heardSpan,
  mustFit,
  planRecording,
  type RecordStart,
} from './plan-recording.ts';
import type { ProjectService } from './project-service.ts';
import type { Loop, Recorder, Rolled } from './recorder.ts';
import { endNotices } from './recording-notices.ts';
import { freeBytesOf, mustHaveSpace, type RecordingSpace, recordingSpace } from './recording-space.ts';

/** Files are created and the roll is scheduled within this; doubled where that was too short. */
const FIRST_LEAD_SECONDS = 0.25;
const MOST_ATTEMPTS = 4;

export type RecordState = {
  readonly phase: 'idle' | 'starting' | 'rolling' | 'finishing';
  /** Of the takes that are being recorded. */
  readonly pass: number | null;
  readonly trackIds: readonly number[];
  readonly isPunchedIn: boolean;
};

export type RecordedPass = {
  readonly pass: number;
  /** Takes that were recorded, and those of them that were put on the timeline. */
  readonly takeIds: readonly number[];
  readonly placedTakeIds: readonly number[];
  /** What to tell, in sentences: what went wrong and what was kept. */
  readonly notices: readonly string[];
};

type Running = {
  readonly project: Project;
  readonly recordingId: number;
  readonly pass: number;
  readonly trackIds: readonly number[];
  readonly rolled: Rolled;
  readonly roundTripSamples: number;
  readonly loop: Loop | null;
  isPunchedIn: boolean;
  /** Where the last punch began, as positions run along the roll. */
  punchInSample: number;
};

const IDLE: RecordState = { phase: 'idle', pass: null, trackIds: [], isPunchedIn: false };

/**
 * Recording into the open project. The order is that of never losing a take: the document notes the files, the engine
 * creates them and makes them durable, only then it rolls; at the end sizes are rebuilt from what is on the disk, and
 * sources, takes and clips come in one transaction. A process that dies in between leaves what opening the project
 * repairs ({@link recoverRecordings}).
 */
export class RecordService {
  /** Each change of {@link state}. */
  readonly changed = new Broadcast<RecordState>();
  /** A pass that ended by itself: the transport came to its end, or the engine or the disk gave up. */
  readonly ended = new Broadcast<RecordedPass>();
  private readonly projects: ProjectService;
  private readonly recorder: Recorder;
  private readonly freeBytes: (folder: string) => Promise<number>;
  private running: Running | null = null;
  private current: RecordState = IDLE;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(projects: ProjectService, recorder: Recorder, freeBytes = freeBytesOf) {
    this.projects = projects;
    this.recorder = recorder;
    this.freeBytes = freeBytes;
    projects.listen({
      closing: async () => {
        await this.stop().catch(() => undefined);
      },
    });
  }

  get state(): RecordState {
    return this.current;
  }

  /** How long these tracks could be recorded now. */
  async space(trackIds: readonly number[], sampleFormat: 's24' | 'f32'): Promise<RecordingSpace> {
    const project = this.projects.require();
    const channels = trackIds.reduce((sum, id) => sum + (project.reader.get('track', id)?.channelCount ?? 0), 0);
    const { sampleRate } = clockOf(project);
    return recordingSpace(await this.freeBytes(project.folder), channels, sampleRate, sampleFormat);
  }

  /** Begins to record, rolling from where the request says unless it rolls already. Nothing is left when it throws. */
  start(request: RecordStart): Promise<RecordState> {
    return this.inTurn(async () => {
      if (this.running) {
        throw new TwopopError({
          code: 'record.busy',
          message: 'A recording is under way already. It goes on.',
          remedy: 'Stop it first.',
        });
      }
      this.show({ ...IDLE, phase: 'starting' });
      try {
        await this.begin(this.projects.requireWritable(), request);
      } finally {
        if (!this.running) this.show(IDLE);
      }
      return this.current;
    });
  }

  /** Punches in at a device clock, now when left out; does nothing while in. */
  punchIn(atClock?: number): Promise<RecordState> {
    return this.punch('take.punchIn', atClock);
  }

  /** Punches out at a device clock, now when left out; recording goes on for the next punch. */
  punchOut(atClock?: number): Promise<RecordState> {
    return this.punch('take.punchOut', atClock);
  }

  /**
   * Stops rolling and recording at a device clock, now when left out, and takes in what was recorded; null when nothing
   * was. Whatever the engine says, what is on the disk is kept.
   */
  stop(atClock?: number): Promise<RecordedPass | null> {
    return this.inTurn(() => this.finish(atClock, null));
  }

  /** The transport came to its end, `atSample`, by itself: takes in what was recorded and tells. */
  rolledOut(atSample: number): Promise<RecordedPass | null> {
    const { rolled } = this.running ?? {};
    return this.endByItself(null, rolled && rolled.startClock + (atSample - rolled.startSample));
  }

  /** The engine gave up (device lost, disk full, audio process dead): takes in what there is and tells. */
  engineFailed(problem: { readonly message: string }): Promise<RecordedPass | null> {
    return this.endByItself(problem);
  }

  private endByItself(problem: { readonly message: string } | null, atClock?: number): Promise<RecordedPass | null> {
    return this.inTurn(async () => {
      const pass = await this.finish(atClock, problem);
      if (pass) this.ended.emit(pass);
      return pass;
    });
  }

  private async begin(project: Project, request: RecordStart): Promise<void> {
    const tracks = armedTracks(project, request);
    const clock = clockOf(project);
    const facts = await this.recorder.facts();
    mustFit(facts, clock.sampleRate, tracks);
    const folder = join(project.folder, AUDIO_FOLDER);
    mustHaveSpace(
      await this.space(
        tracks.map(({ track }) => track.id),
        request.sampleFormat,
      ),
      folder,
    );
    await mkdir(folder, { recursive: true });
    const inputs = [...new Set(tracks.flatMap((track) => track.inputs))].sort((a, b) => a - b);
    await this.recorder.arm(inputs, request.preRecordSeconds);
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      if (await this.attempt(project, request, tracks, FIRST_LEAD_SECONDS * 2 ** attempt)) return;
    }
    throw new TwopopError({
      code: 'record.too-late',
      message:
        'The disk took so long to create the files that the engine could not begin in time. Nothing was recorded.',
      remedy: 'Record to a faster disk, or close what is using it.',
    });
  }

  /** False when creating the files took longer than the lead; nothing is left of them then. */
  private async attempt(
    project: Project,
    request: RecordStart,
    tracks: readonly ArmedTrack[],
    leadSeconds: number,
  ): Promise<boolean> {
    const facts = await this.recorder.facts();
    const plan = await planRecording(project, request, tracks, facts, leadSeconds);
    const { rolled, loop, takes, beginClock, preRecordSamples } = plan;
    const begun = project.apply({ kind: 'take.begin', takes }, { undoable: false });
    const takeIds = begun.added.map(({ id }) => id);
    const pass = project.reader.get('take', takeIds[0] ?? 0)?.pass ?? 0;
    let recordingId: number;
    try {
      ({ id: recordingId } = await this.recorder.begin({ files: plan.files, beginClock, preRecordSamples }));
    } catch (error) {
      project.apply({ kind: 'take.discard', takeIds }, { undoable: false });
      throw error;
    }
    this.running = {
      project,
      recordingId,
      pass,
      trackIds: tracks.map(({ track }) => track.id),
      rolled,
      roundTripSamples: facts.roundTripSamples,
      loop,
      isPunchedIn: request.punch === 'now',
      punchInSample: rolled.startSample,
    };
    if (facts.rolling) {
      await this.hear(request.punch === 'now' ? heardFrom(rolled.startSample, loop) : heardSpan(request));
      this.showRunning();
      return true;
    }
    const punchEnd = typeof request.punch === 'object' ? request.punch.outSample + request.roll.postRollSamples : null;
    try {
      const did = await this.recorder.roll({
        atClock: rolled.startClock,
        fromSample: rolled.startSample,
        loop,
        endSample: loop ? null : punchEnd,
        punch: heardSpan(request),
      });
      if (did.startClock === rolled.startClock && did.startSample === rolled.startSample) {
        this.showRunning();
        return true;
      }
      // The files say another place than the one that was rolled from.
      await this.recorder.stop();
    } catch (error) {
      const now = await this.recorder.facts().catch(() => null);
      // Where nobody can say whether it rolled after all, what is in the files is kept.
      if (!now || now.rolling) await this.finish(undefined, toErrorReport(error));
      else await this.giveUp(takeIds);
      throw error;
    }
    await this.giveUp(takeIds);
    return false;
  }

  /** Forgets a recording that never rolled. */
  private async giveUp(takeIds: readonly number[]): Promise<void> {
    const running = this.running;
    this.running = null;
    if (!running) return;
    await this.recorder.end(running.recordingId, null).catch(() => undefined);
    const { project } = running;
    const paths = takeIds.flatMap((id) => project.reader.get('take', id)?.path ?? []);
    project.apply({ kind: 'take.discard', takeIds: [...takeIds] }, { undoable: false });
    for (const path of paths) await rm(join(project.folder, path), { force: true }).catch(() => {});
  }

  private punch(kind: 'take.punchIn' | 'take.punchOut', atClock: number | undefined): Promise<RecordState> {
    return this.inTurn(async () => {
      const running = this.running;
      if (!running) {
        throw new TwopopError({
          code: 'record.not-rolling',
          message: 'Nothing is being recorded, so there is nothing to punch.',
          remedy: 'Arm tracks and record, then punch in and out.',
        });
      }
      const clock = atClock ?? (await this.recorder.facts()).clock;
      const { project, pass, rolled } = running;
      const atSample = rolled.startSample + (clock - rolled.startClock);
      project.apply({ kind, pass, atSample }, { undoable: false });
      running.isPunchedIn = kind === 'take.punchIn';
      if (running.isPunchedIn) {
        running.punchInSample = atSample;
        await this.hear(heardFrom(atSample, running.loop));
      } else await this.hear(running.loop ? null : { fromSample: running.punchInSample, toSample: atSample });
      this.showRunning();
      return this.current;
    });
  }

  /** Where the talent hears the input. An engine that is gone says so by itself, and the take goes before it. */
  private async hear(span: Loop | null): Promise<void> {
    await this.recorder.punch(span).catch(() => undefined);
  }

  private async finish(
    atClock: number | undefined,
    failure: { readonly message: string } | null,
  ): Promise<RecordedPass | null> {
    const running = this.running;
    if (!running) return null;
    this.show({ ...this.current, phase: 'finishing' });
    const { project, pass, rolled, roundTripSamples } = running;
    const problems: string[] = failure ? [failure.message] : [];
    const notices: string[] = [];
    const clock = atClock ?? (await this.recorder.facts().catch(() => null))?.clock ?? null;
    if (clock !== null && running.isPunchedIn) {
      const atSample = rolled.startSample + (clock - rolled.startClock);
      project.apply({ kind: 'take.punchOut', pass, atSample }, { undoable: false });
    }
    await this.recorder.stop().catch(() => undefined);
    try {
      // What was heard last comes in a round trip later.
      const endClock = clock === null ? null : clock + roundTripSamples;
      const { lostSamples, problem } = await this.recorder.end(running.recordingId, endClock);
      if (problem) problems.push(problem.message);
      if (lostSamples > 0) {
        const lost = durationText(lostSamples / clockOf(project).sampleRate);
        notices.push(`${lost} were lost between the device and the disk; there is silence in their place.`);
      }
    } catch (error) {
      // Whatever became of the engine, what it has written is there.
      if (!failure) problems.push(toErrorReport(error).message);
    }
    this.running = null;
    try {
      const rows = project.reader.all('take').filter((take) => take.pass === pass && take.state === 'recording');
      const state = problems.length > 0 ? 'recovered' : 'done';
      const files = await finishRecording(project, rows, {
        state,
        // Stopped without a punch: nobody asked for that sound.
        keepUnpunched: problems.length > 0,
        isPlaced: () => true,
      });
      notices.unshift(...endNotices(project, problems, files));
      const takes = project.reader.all('take').filter((take) => take.pass === pass && take.state !== 'recording');
      const placed = takesToPlace(project.reader, pass).filter(({ path }) =>
        files.some((file) => file.path === path && file.outcome === 'kept'),
      );
      return { pass, takeIds: idsOf(takes), placedTakeIds: idsOf(placed), notices };
    } finally {
      this.show(IDLE);
    }
  }

  private showRunning(): void {
    const running = this.running;
    if (!running) return;
    const { pass, trackIds, isPunchedIn } = running;
    this.show({ phase: 'rolling', pass, trackIds, isPunchedIn });
  }

  private show(state: RecordState): void {
    this.current = state;
    this.changed.emit(state);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }
}

/** A punch in by hand: from there on, in a loop in every lap. */
function heardFrom(fromSample: number, loop: Loop | null): Loop {
  return { fromSample: Math.min(fromSample, loop?.fromSample ?? fromSample), toSample: ENDLESS_SAMPLE };
}

function idsOf(takes: readonly { readonly id: number }[]): number[] {
  return takes.map(({ id }) => id);
}
