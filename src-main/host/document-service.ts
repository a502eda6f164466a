import type { Command, CommandInput } from '../../src-shared/edit/commands.ts';
import { lightDiff } from '../../src-shared/edit/row-diff.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { DocumentSnapshot } from '../../src-shared/rpc/media-routes.ts';
import type { ApplyResult, HistoryEntry } from '../../src-shared/rpc/schemas.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import type { DocumentChange, Project } from '../project/project.ts';
import { Broadcast } from './broadcast.ts';
import type { ProjectService } from './project-service.ts';
import { checkRelinks, relinks } from './relink-check.ts';

/** What the caller of an edit shows: which project, up to which commit. */
export type SeenState = { readonly projectId?: string | undefined; readonly baseSeq?: number | undefined };

/** A commit in the contract's words. */
type ContractChange = Omit<DocumentChange, 'diff'> & {
  diff: { table: string; id: number; before: PlainRow | null; after: PlainRow | null }[];
};
type PlainRow = Record<string, string | number | boolean | null>;

/** The open project's document, as views and scripts use it. */
export class DocumentService {
  /** Each commit of the open project, once it is on the disk. */
  readonly committed = new Broadcast<DocumentChange>();
  private readonly projects: ProjectService;
  private stop: () => void = () => {};

  constructor(projects: ProjectService) {
    this.projects = projects;
    projects.listen({
      opened: (project) => {
        this.stop = project.onChange((change) => this.committed.emit(change));
      },
      closing: () => {
        this.stop();
        // Whoever followed this project's commits asks again for those of the next.
        this.committed.endAll();
      },
    });
  }

  /**
   * Does a command. `projectId` is the project that the caller shows: on any other it is refused (`stale-view`).
   * `baseSeq` is the commit that the caller has seen last; one yet to come is of an earlier state of the file, such as
   * a backup put back.
   *
   * Commits between `baseSeq` and now do not stop a command: commands are changes (move by, set the gain to), not
   * whole rows, so each does what it says to the rows as they are, and of two that set the same field the last stands.
   * One whose rows are gone meanwhile is refused.
   *
   * With `undoable: false` (what the product found by itself) undo and redo are left as they are.
   */
  apply(
    command: CommandInput,
    { projectId, baseSeq }: SeenState = {},
    { undoable = true }: { readonly undoable?: boolean } = {},
  ): ApplyResult {
    this.projects.mustBeOpen(projectId);
    const project = this.projects.require();
    if (baseSeq !== undefined && baseSeq > project.seq) {
      throw new TwopopError({
        code: 'stale-view',
        message: `This edit was made on commit ${baseSeq}, but “${project.name}” has ${project.seq}. Nothing was changed.`,
        remedy: 'Reload the page: it shows an earlier state of the file.',
      });
    }
    return project.apply(command, { undoable });
  }

  /**
   * The same for a command that came from outside, whose files nobody has looked at: one that relinks is refused
   * (`source.relink`) unless each file is there and has the channels, the rate and the length of its source.
   */
  applyChecked(command: Command, seen: SeenState = {}): ApplyResult | Promise<ApplyResult> {
    this.projects.mustBeOpen(seen.projectId);
    const project = this.projects.require();
    // At once where nothing is to be read, so that what one caller sends is done in the order in which it was sent.
    if (!relinks(command)) return this.apply(command, seen);
    return checkRelinks(project, command).then(() => this.apply(command, { ...seen, projectId: project.id }));
  }

  undo(projectId?: string): ApplyResult | null {
    this.projects.mustBeOpen(projectId);
    return this.projects.require().undo();
  }

  redo(projectId?: string): ApplyResult | null {
    this.projects.mustBeOpen(projectId);
    return this.projects.require().redo();
  }

  history(limit: number): HistoryEntry[] {
    return this.projects.require().history(limit);
  }

  snapshot(): DocumentSnapshot {
    return this.projects.require().snapshot();
  }

  /**
   * Every commit after `sinceSeq`: those missed, then as they come. Ends when the project is closed. Throws
   * `no-project` at once, not at the first value.
   */
  changes(sinceSeq: number, signal?: AbortSignal): AsyncGenerator<ContractChange> {
    const project = this.projects.require();
    return follow(project, this.committed.subscribe(signal), sinceSeq);
  }

  /** The project's clock and where its last clip ends. */
  extent(): { clock: ProjectClock; endSample: number } {
    const project = this.projects.require();
    return { clock: clockOf(project), endSample: project.reader.timelineEnd() };
  }
}

/** Commits read from the log at once: few enough that a page of large ones stays small beside the project. */
const COMMITS_IN_PAGE = 100;

/** What was missed, page by page, then what comes; a commit that is in both is given once. */
async function* follow(
  project: Project,
  coming: AsyncIterable<DocumentChange>,
  sinceSeq: number,
): AsyncGenerator<ContractChange> {
  let lastSeq = sinceSeq;
  while (!project.closed && project.seq > lastSeq) {
    const page = project.changesSince(lastSeq, COMMITS_IN_PAGE);
    for (const change of page) {
      lastSeq = change.seq;
      yield contractChange(change);
    }
    if (page.length === 0) break;
  }
  for await (const change of coming) {
    if (change.seq <= lastSeq) continue;
    lastSeq = change.seq;
    yield contractChange(change);
  }
}

/** A commit as it is sent: whoever follows has the rows that it left as they were. */
function contractChange(change: DocumentChange): ContractChange {
  return { ...change, diff: lightDiff(change.diff) } as unknown as ContractChange;
}

/** A project's clock; every project has its one row. */
export function clockOf(project: Project): ProjectClock {
  const row = project.reader.get('project', 1);
  if (!row) throw new Error(`${project.path} has no project row`);
  return {
    frameRate: { numerator: row.frameRateNumerator, denominator: row.frameRateDenominator, drop: row.dropFrame },
    sampleRate: row.sampleRate,
    startFrame: row.startFrame,
  };
}
