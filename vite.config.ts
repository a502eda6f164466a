import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { docsPages } from './src-main/setup/docs-pages.ts';

export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [react(), docsPages()],
  // The page comes from this machine: the size of its parts is of no weight.
  build: { outDir: '../out/renderer', emptyOutDir: true, target: 'es2024', chunkSizeWarningLimit: 8000 },
  worker: { format: 'es' },
});
