import type { CommandInput } from '../../src-shared/edit/commands.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { DocumentSnapshot } from '../../src-shared/rpc/media-routes.ts';
import type { ApplyResult, HistoryEntry } from '../../src-shared/rpc/schemas.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import type { DocumentChange, Project } from '../project/project.ts';
import { Broadcast } from './broadcast.ts';
import type { ProjectService } from './project-service.ts';

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

  /** Does a command. `baseSeq` is the commit that the caller has seen last; one yet to come is of another project. */
  apply(command: CommandInput, baseSeq?: number): ApplyResult {
    const project = this.projects.require();
    if (baseSeq !== undefined && baseSeq > project.seq) {
      throw new TwopopError({
        code: 'stale-view',
        message: `This edit was made on commit ${baseSeq}, but “${project.name}” has ${project.seq}. Nothing was changed.`,
        remedy: 'Reload the page: it shows another project.',
      });
    }
    return project.apply(command);
  }

  undo(): ApplyResult | null {
    return this.projects.require().undo();
  }

  redo(): ApplyResult | null {
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
    return follow(project.changesSince(sinceSeq), this.committed.subscribe(signal), sinceSeq);
  }

  /** The project's clock and where its last clip ends. */
  extent(): { clock: ProjectClock; endSample: number } {
    const project = this.projects.require();
    return { clock: clockOf(project), endSample: project.reader.timelineEnd() };
  }
}

/** What was missed, then what comes; a commit that is in both is given once. */
async function* follow(
  missed: readonly DocumentChange[],
  coming: AsyncIterable<DocumentChange>,
  sinceSeq: number,
): AsyncGenerator<ContractChange> {
  let lastSeq = sinceSeq;
  for (const change of missed) {
    lastSeq = change.seq;
    yield change as unknown as ContractChange;
  }
  for await (const change of coming) {
    if (change.seq <= lastSeq) continue;
    lastSeq = change.seq;
    yield change as unknown as ContractChange;
  }
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
