import { join } from 'node:path';
import { build } from 'vite';
import { serve } from '../server/serve.ts';
import { buildEngineWhenStale } from './builds.ts';
import { PROJECT_ROOT } from './project-root.ts';

/** `npm run dev`: the Node host on port 4500, and the page built again at each change of it (reload to see it). */
buildEngineWhenStale();
await build({
  configFile: join(PROJECT_ROOT, 'vite.config.ts'),
  root: join(PROJECT_ROOT, 'src-renderer'),
  build: { watch: {}, minify: false, sourcemap: 'inline' },
  logLevel: 'warn',
});
const serving = await serve({ port: 4500, open: false, demo: 'never' });
await serving.untilStopped;
// The watcher would keep the process.
process.exit();
