import { join } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { BUILD, DEFINE, woff2Only } from './vite.shared.ts';

/** The console, served by the service under `/`. */
export default defineConfig({
  base: '/',
  publicDir: false,
  plugins: [woff2Only(), vue()],
  define: DEFINE,
  build: {
    ...BUILD,
    outDir: 'dist/console',
    rolldownOptions: { input: { console: join(import.meta.dirname, 'console.html') } },
  },
  server: {
    proxy: { '/api': process.env['API'] ?? 'http://127.0.0.1:8080', '/v': 'http://127.0.0.1:8080' },
  },
});
