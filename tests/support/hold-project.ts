/** A process that opens the project named on its command line, says how it got it, and keeps it until its input ends. */
import { writeSync } from 'node:fs';
import { openProject } from '../../src-main/project/open-project.ts';
import { toErrorReport } from '../../src-shared/rpc/error.ts';

try {
  const project = await openProject(process.argv[2] ?? '', { keepBackups: 0 });
  const { readOnly, readOnlyReason, seq, notices } = project;
  const tracks = project.reader.all('track').map((track) => track.name);
  writeSync(1, `${JSON.stringify({ readOnly, readOnlyReason, seq, notices, tracks, pid: process.pid })}\n`);
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once('end', resolve));
  await project.close();
} catch (error) {
  writeSync(1, `${JSON.stringify({ error: toErrorReport(error) })}\n`);
}
