import { importFiles } from '../../../src-main/media/import-files.ts';
import { interruptedImports } from '../../../src-main/media/import-journal.ts';
import { testKey } from './made-media.ts';

/**
 * A program that tests start, kill and starve of disk: `import-child.ts PROJECT-FOLDER PATH...` imports, or goes on
 * with what was interrupted, and prints a line of JSON for each file that is through.
 */
const [projectFolder = '', ...paths] = process.argv.slice(2);
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const {
  interrupted: [state],
} = await interruptedImports(projectFolder, new Set(), testKey);
const summary = await importFiles({
  paths: state?.paths ?? paths,
  mode: 'copy',
  projectFolder,
  sampleRate: 48_000,
  key: testKey,
  onImported: (file) => void print({ imported: file.originalPath, path: file.source?.path ?? null }),
  ...(state && { resumeState: state }),
});
print({ items: summary.items.map(({ name, state, error }) => ({ name, state, code: error?.code ?? null })) });
