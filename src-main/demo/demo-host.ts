import type { ContractRouterClient } from '@orpc/contract';
import type { TableName, Tables } from '../../src-shared/model/rows.ts';
import type { contract } from '../../src-shared/rpc/contract.ts';
import type { DocumentSnapshot } from '../../src-shared/rpc/media-routes.ts';
import type { Job } from '../../src-shared/rpc/schemas.ts';

/**
 * What the demo needs of a host: the contract that the interface uses, and what the command line sees beside it. So
 * the demo does nothing that a person could not do.
 */
export type DemoHost = {
  readonly client: Pick<
    ContractRouterClient<typeof contract>,
    'project' | 'document' | 'media' | 'sync' | 'bounce' | 'jobs'
  >;
  /** The open project's document. */
  snapshot(): DocumentSnapshot;
  /** The job as it ended; null when it is not known. */
  whenEnded(jobId: string): Promise<Job | null>;
};

/** The rows of one table of a snapshot. */
export function rowsOf<T extends TableName>(snapshot: DocumentSnapshot, table: T): Tables[T][] {
  const { columns, rows } = snapshot.tables[table] ?? { columns: [], rows: [] };
  return rows.map(
    (row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])) as unknown as Tables[T],
  );
}
