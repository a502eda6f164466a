import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Loaded at run time, from outside the archive: native code and what finds its own files. */
const EXTERNAL = ['electron', 'better-sqlite3', 'naudiodon', 'ffmpeg-static', /\.node$/];

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * `vite build -c vite.electron.config.ts --mode main|preload|audio-process`. The main process and the audio process become ESM flat in `out/electron`,
 * as deep below the root as `src-main/DOMAIN` is, so that paths relative to a module hold in both; the preload one
 * CommonJS file, as a sandboxed page demands.
 */
export default defineConfig(({ mode }) => ({
  root: at('./src-main'),
  build: {
    ssr: true,
    target: 'node24',
    outDir: at('./out/electron'),
    emptyOutDir: false,
    minify: false,
    rollupOptions: {
      input: {
        [mode]: at(
          mode === 'audio-process' ? './src-main/engine/process/audio-process.ts' : `./src-main/electron/${mode}.ts`,
        ),
      },
      external: [...EXTERNAL, ...builtinModules, ...builtinModules.map((name) => `node:${name}`)],
      output:
        mode === 'preload'
          ? { format: 'cjs', entryFileNames: '[name].cjs' }
          : { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true, external: EXTERNAL.filter((name): name is string => typeof name === 'string') },
}));
