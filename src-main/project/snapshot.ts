import { booleanColumnsOf, columnsOf } from '../../src-shared/model/columns.ts';
import { TABLE_NAMES } from '../../src-shared/model/rows.ts';
import type { DocumentSnapshot, SnapshotTable } from '../../src-shared/rpc/media-routes.ts';
import type { Connection } from './database.ts';

/** Every row of the document, as columns. */
export function snapshotTables(database: Connection): DocumentSnapshot['tables'] {
  const tables: Record<string, SnapshotTable> = {};
  for (const table of TABLE_NAMES) {
    const columns = columnsOf(table);
    const rows = database
      .prepare(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY id`)
      .raw()
      .all() as unknown[][];
    const booleans = booleanColumnsOf(table).map((name) => columns.indexOf(name));
    if (booleans.length > 0) {
      for (const row of rows) for (const place of booleans) if (row[place] !== null) row[place] = row[place] === 1;
    }
    tables[table] = { columns, rows };
  }
  return tables;
}
