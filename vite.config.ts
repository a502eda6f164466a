import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [react()],
  // The page comes from this machine: the size of its parts is of no weight.
  build: { outDir: '../out/renderer', emptyOutDir: true, target: 'es2024', chunkSizeWarningLimit: 8000 },
  worker: { format: 'es' },
});
