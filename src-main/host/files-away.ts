import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { type ErrorReport, TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import { fewAtOnce } from '../files/few-at-once.ts';
import { fileSystemError } from '../media/media-error.ts';
import type { Project } from '../project/project.ts';

/** Files looked for at once: a disk of the network takes its time for each, and so do thousands on one thread. */
const FILES_AT_ONCE = 8;

/** What of the sources cannot be read now, and why, by their ids. */
export async function filesAway(project: Project, rows: readonly SourceRow[]): Promise<Map<number, ErrorReport>> {
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
