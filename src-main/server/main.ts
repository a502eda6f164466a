import { parseArgs } from 'node:util';
import { toErrorReport } from '../../src-shared/rpc/error.ts';
import { serve } from './serve.ts';

/** `node src-main/server/main.ts [--port N] [--no-open] [--project FILE] [--demo | --first-launch]`: the Node host by itself. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'no-open': { type: 'boolean', default: false },
    project: { type: 'string' },
    demo: { type: 'boolean', default: false },
    'first-launch': { type: 'boolean', default: false },
  },
});

try {
  const serving = await serve({
    port: Number(values.port),
    open: !values['no-open'],
    ...(values.project ? { project: values.project } : {}),
    demo: values.demo ? 'always' : values['first-launch'] ? 'first-launch' : 'never',
  });
  await serving.untilStopped;
} catch (error) {
  const report = toErrorReport(error);
  console.error(`twopop: ${report.message} ${report.remedy}`);
  process.exitCode = 1;
}
