import { join } from 'node:path';
import { TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import type { Project } from '../project/project.ts';
import { beginRecording, hear, heardFrom, makeReady, type Running } from './begin-recording.ts';
import { Broadcast } from './broadcast.ts';
import { clockOf } from './document-service.ts';
import { endRecording } from './end-recording.ts';
import { AUDIO_FOLDER, armedTracks, mustFit, type RecordStart } from './plan-recording.ts';
import type { ProjectService } from './project-service.ts';
import type { Recorder } from './recorder.ts';
import { freeBytesOf, mustHaveSpace, type RecordingSpace, recordingSpace } from './recording-space.ts';
import type { RecordedPass } from './take-in.ts';
import { Turn } from './turn.ts';
import { UnfinishedTakes } from './unfinished-takes.ts';

/** Files are created and the roll is scheduled within this; doubled where that was too short. */
const FIRST_LEAD_SECONDS = 0.25;
const MOST_ATTEMPTS = 4;

export type RecordState = {
  readonly phase: 'idle' | 'starting' | 'rolling' | 'finishing';
  /** Of the takes that are being recorded. */
  readonly pass: number | null;
  readonly trackIds: readonly number[];
  readonly isPunchedIn: boolean;
  /** How it was asked for; null while idle. */
  readonly punch: 'span' | 'now' | 'by-hand' | null;
};

const IDLE: RecordState = { phase: 'idle', pass: null, trackIds: [], isPunchedIn: false, punch: null };

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
  /** The disk fills while it records on. */
  readonly warned = new Broadcast<{ readonly secondsToFull: number; readonly message: string }>();
  private readonly projects: ProjectService;
  private readonly recorder: Recorder;
  private readonly freeBytes: (folder: string) => Promise<number>;
  private readonly unfinished: UnfinishedTakes;
  /** Recording and transport take one turn: what the one begins with, the other changes neither before nor meanwhile. */
  readonly turn = new Turn();
  private running: Running | null = null;
  private current: RecordState = IDLE;
  /** A start that was asked for before the last of these does not begin any more. */
  private stopsAsked = 0;
  private isClosing = false;

  constructor(projects: ProjectService, recorder: Recorder, freeBytes = freeBytesOf) {
    this.projects = projects;
    this.recorder = recorder;
    this.freeBytes = freeBytes;
    this.unfinished = new UnfinishedTakes(projects, (pass) => this.ended.emit(pass));
    projects.listen({
      opened: () => {
        this.isClosing = false;
      },
      closing: async () => {
        this.isClosing = true;
        // Nobody who asked for the end of a project is told of its recording by the answer.
        const pass = await this.stop().catch(() => null);
        if (pass) this.ended.emit(pass);
      },
    });
  }

  get state(): RecordState {
    return this.current;
  }

  /** Of the engine's recording, and the device clock at which it rolled or is to roll; null: nothing is recorded. */
  get underWay(): { readonly recordingId: number; readonly rollClock: number } | null {
    if (!this.running) return null;
    return { recordingId: this.running.recordingId, rollClock: this.running.rolled.startClock };
  }

  /** How long these tracks could be recorded now. */
  async space(trackIds: readonly number[], sampleFormat: 's24' | 'f32'): Promise<RecordingSpace> {
    const project = this.projects.require();
    const channels = trackIds.reduce((sum, id) => sum + (project.reader.get('track', id)?.channelCount ?? 0), 0);
    const { sampleRate } = clockOf(project);
    return recordingSpace(await this.freeBytes(project.folder), channels, sampleRate, sampleFormat);
  }

  /**
   * Begins to record, rolling from where the request says unless it rolls already. Nothing is left when it throws. A stop
   * that is asked for before it rolls calls it off: nothing is left then either, and the state is idle.
   */
  start(request: RecordStart): Promise<RecordState> {
    const asked = this.stopsAsked;
    return this.turn.take(async () => {
      if (this.isClosing) throw projectCloses();
      if (this.running) {
        throw new TwopopError({
          code: 'record.busy',
          message: 'A recording is under way already. It goes on.',
          remedy: 'Stop it first.',
        });
      }
      this.show({ ...IDLE, phase: 'starting', punch: typeof request.punch === 'object' ? 'span' : request.punch });
      try {
        await this.unfinished.tryAgain();
        await this.begin(this.projects.requireWritable(), request, () => this.stopsAsked !== asked);
      } finally {
        if (!this.running) {
          await this.recorder.beepBefore(null).catch(() => undefined);
          this.show(IDLE);
        }
      }
      return this.current;
    });
  }

  /** Whether the engine still writes a file (an absolute path) of a recording that has ended. */
  readonly isBeingWritten = (path: string): boolean => this.unfinished.isBeingWritten(path);

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
   * was. Whatever the engine says, what is on the disk is kept. What is still being made ready is called off.
   */
  stop(atClock?: number): Promise<RecordedPass | null> {
    return this.stopAnd(async (pass) => pass, atClock);
  }

  /** As {@link stop}, and then does this before anything else that was asked for. */
  stopAnd<T>(next: (pass: RecordedPass | null) => Promise<T>, atClock?: number): Promise<T> {
    this.stopsAsked += 1;
    // What waits to roll does not begin to.
    if (this.current.phase === 'starting') void this.recorder.stop().catch(() => undefined);
    return this.turn.take(async () => {
      // Nothing that waits holds up the end of what rolls.
      if (!this.running) await this.unfinished.tryAgain();
      return next(await this.finish(atClock, null));
    });
  }

  /** The transport came to its end, `atSample`, by itself: takes in what was recorded and tells. */
  rolledOut(atSample: number): Promise<RecordedPass | null> {
    const { rolled, loop } = this.running ?? {};
    // Where a loop or another place was gone to, the sample says nothing of the clock.
    const isAlong = rolled && !loop && atSample >= rolled.startSample;
    return this.endByItself(null, isAlong ? rolled.startClock + (atSample - rolled.startSample) : undefined);
  }

  /** The engine gave up (device lost, disk full, audio process dead): takes in what there is and tells. */
  engineFailed(problem: { readonly message: string }): Promise<RecordedPass | null> {
    return this.endByItself(problem);
  }

  private endByItself(problem: { readonly message: string } | null, atClock?: number): Promise<RecordedPass | null> {
    return this.turn.take(async () => {
      const pass = await this.finish(atClock, problem);
      if (pass) this.ended.emit(pass);
      return pass;
    });
  }

  private async begin(project: Project, request: RecordStart, isCalledOff: () => boolean): Promise<void> {
    const { recorder } = this;
    const tracks = armedTracks(project, request);
    mustFit(await recorder.facts(), clockOf(project).sampleRate, tracks);
    const trackIds = tracks.map(({ track }) => track.id);
    mustHaveSpace(await this.space(trackIds, request.sampleFormat), join(project.folder, AUDIO_FOLDER));
    await makeReady(project, recorder, tracks, request.preRecordSeconds);
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const leadSeconds = FIRST_LEAD_SECONDS * 2 ** attempt;
      const begun = await beginRecording(project, recorder, request, tracks, { leadSeconds, isCalledOff });
      if (begun.outcome === 'calledOff') {
        // What rolled already is to stop as well.
        await recorder.stop();
        return;
      }
      if (begun.outcome === 'late') continue;
      this.running = begun.running;
      if (begun.outcome === 'unsure') {
        await this.finish(undefined, toErrorReport(begun.error));
        throw begun.error;
      }
      this.showRunning();
      return;
    }
    throw new TwopopError({
      code: 'record.too-late',
      message:
        'The disk took so long to create the files that the engine could not begin in time. Nothing was recorded.',
      remedy: 'Record to a faster disk, or close what is using it.',
    });
  }

  private punch(kind: 'take.punchIn' | 'take.punchOut', atClock: number | undefined): Promise<RecordState> {
    return this.turn.take(async () => {
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
        await hear(this.recorder, heardFrom(atSample, running.loop));
      } else await hear(this.recorder, running.loop ? null : { fromSample: running.punchInSample, toSample: atSample });
      this.showRunning();
      return this.current;
    });
  }

  private async finish(
    atClock: number | undefined,
    failure: { readonly message: string } | null,
  ): Promise<RecordedPass | null> {
    const { running, recorder } = this;
    if (!running) return null;
    this.show({ ...this.current, phase: 'finishing' });
    const ended = await endRecording(recorder, running, atClock ?? null, failure);
    this.running = null;
    const pass = await this.unfinished.take(running, ended);
    this.show(IDLE);
    return pass;
  }

  private showRunning(): void {
    const running = this.running;
    if (!running) return;
    const { pass, trackIds, isPunchedIn } = running;
    this.show({ ...this.current, phase: 'rolling', pass, trackIds, isPunchedIn });
  }

  private show(state: RecordState): void {
    this.current = state;
    this.changed.emit(state);
  }
}

function projectCloses(): TwopopError {
  return new TwopopError({
    code: 'project.closing',
    message: 'The project is being closed. Nothing was recorded.',
    remedy: 'Open it again, then record.',
  });
}
