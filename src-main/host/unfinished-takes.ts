import { join } from 'node:path';
import { toErrorReport } from '../../src-shared/rpc/error.ts';
import type { Project } from '../project/project.ts';
import type { Running } from './begin-recording.ts';
import type { EndedRecording } from './end-recording.ts';
import type { ProjectService } from './project-service.ts';
import type { RecordingEnd } from './recorder.ts';
import { unwrittenNotice } from './recording-notices.ts';
import { type RecordedPass, takeIn } from './take-in.ts';

/** Without anybody's doing it is tried so often. */
const TRY_AGAIN_MS = 10_000;

type Unfinished = {
  readonly projectId: string;
  readonly running: Running;
  ended: EndedRecording;
  isEndTold: boolean;
  /** Absolute. */
  readonly paths: readonly string[];
};

/**
 * Takes in passes that have ended. One whose files the disk has not taken in yet waits until it has; one that the document
 * has no room for, or whose files cannot be read, is tried again. Until then its rows are those of takes that are being
 * recorded: whatever becomes of this process, opening the project finds them.
 */
export class UnfinishedTakes {
  private readonly projects: ProjectService;
  private readonly told: (pass: RecordedPass) => void;
  private readonly waiting = new Set<Unfinished>();
  private turn: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;

  /** @param told what became of a pass later than it ended. */
  constructor(projects: ProjectService, told: (pass: RecordedPass) => void) {
    this.projects = projects;
    this.told = told;
  }

  /** Whether the engine still writes a file, by its absolute path. */
  isBeingWritten(path: string): boolean {
    return [...this.waiting].some(({ ended, paths }) => ended.whenWritten !== null && paths.includes(path));
  }

  /** Takes in a pass that has just ended, or says why that is not done yet. Never throws. */
  take(running: Running, ended: EndedRecording): Promise<RecordedPass> {
    return this.inTurn(async () => {
      const { project, pass } = running;
      try {
        const rows = project.reader.all('take').filter((take) => take.pass === pass);
        const paths = rows.map(({ path }) => join(project.folder, path));
        const unfinished: Unfinished = { projectId: project.id, running, ended, isEndTold: false, paths };
        if (ended.whenWritten === null) {
          const taken = await this.finish(unfinished, project, false);
          if (!taken.isComplete) this.keep({ ...unfinished, isEndTold: true });
          return taken.pass;
        }
        this.keep(unfinished);
        void this.waitFor(unfinished, ended.whenWritten);
        return nothingYet(pass, [...ended.problems, unwrittenNotice(rows.map(({ name }) => name))]);
      } catch (error) {
        // The document cannot even be read: what is in its files is found when it opens again.
        return nothingYet(pass, [...ended.problems, reasonOf(error)]);
      }
    });
  }

  /** Takes in what can be by now. Never throws. */
  tryAgain(): Promise<void> {
    return this.inTurn(async () => {
      for (const unfinished of [...this.waiting]) {
        if (unfinished.ended.whenWritten !== null) continue;
        // A project that is being closed meanwhile takes it in when it opens.
        await this.again(unfinished).catch((error) => console.error('twopop:', error));
      }
    });
  }

  private async waitFor(unfinished: Unfinished, whenWritten: Promise<RecordingEnd>): Promise<void> {
    const { ended } = unfinished;
    try {
      const { problem, whenWritten: _, ...lost } = await whenWritten;
      const problems = problem ? [...ended.problems, problem.message] : ended.problems;
      unfinished.ended = { ...ended, problems, lost, whenWritten: null };
    } catch (error) {
      // Whoever wrote is gone: what is there is all that there will be.
      const problems = [...ended.problems, toErrorReport(error).message];
      unfinished.ended = { ...ended, problems, whenWritten: null };
    }
    await this.tryAgain();
  }

  private async again(unfinished: Unfinished): Promise<void> {
    const { projectId, running } = unfinished;
    const project = this.projects.current()?.id === projectId ? this.projects.require() : null;
    // A project that was closed takes everything in when it opens, but for what was still being written then.
    const isRecording = project?.reader
      .all('take')
      .some(({ pass, state }) => pass === running.pass && state === 'recording');
    const taken = project && isRecording ? await this.finish(unfinished, project, true) : null;
    if (taken && !taken.isComplete) {
      if (!unfinished.isEndTold) this.told(taken.pass);
      unfinished.isEndTold = true;
      return;
    }
    this.waiting.delete(unfinished);
    if (taken && taken.pass.notices.length > 0) this.told(taken.pass);
  }

  private async finish(
    { running, ended, isEndTold }: Unfinished,
    project: Project,
    isLate: boolean,
  ): ReturnType<typeof takeIn> {
    try {
      return await takeIn({ ...running, project }, ended, { isLate, isEndTold });
    } catch (error) {
      return { pass: nothingYet(running.pass, [...ended.problems, reasonOf(error)]), isComplete: false };
    }
  }

  private keep(unfinished: Unfinished): void {
    this.waiting.add(unfinished);
    if (this.timer) return;
    this.timer = setInterval(() => {
      if (this.waiting.size > 0) void this.tryAgain();
      else if (this.timer) {
        clearInterval(this.timer);
        this.timer = null;
      }
    }, TRY_AGAIN_MS);
    this.timer.unref();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }
}

function nothingYet(pass: number, notices: readonly string[]): RecordedPass {
  return { pass, takeIds: [], placedTakeIds: [], notices };
}

function reasonOf(error: unknown): string {
  const { message, remedy } = toErrorReport(error);
  return `What was recorded is on the disk, but could not be taken into the project: ${message} ${remedy}`;
}
