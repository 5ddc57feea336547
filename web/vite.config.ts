import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';
import { BUILD, DEFINE, woff2Only } from './vite.shared.ts';

const BASE = '/v/';
const PUBLIC = join(import.meta.dirname, 'public');

/** Tells the service worker which files make up this version: all but the font, which only few machines need. */
function listFiles(): Plugin {
  return {
    name: 'list-files',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const built = Object.values(bundle).flatMap((file) => {
          const content = file.type === 'chunk' ? file.code : file.source;
          const isOfFont = /\.woff2$|\/400-[\w-]+\.css$/.test(file.fileName);
          return isOfFont || file.fileName === 'sw.js' ? [] : [[file.fileName, content] as const];
        });
        const files = [...built, ...publicFiles()]
          .map(([name, content]) => ({ path: BASE + name, integrity: integrityOf(content) }))
          .sort((left, right) => left.path.localeCompare(right.path));
        const worker = bundle['sw.js'];
        if (worker?.type !== 'chunk') throw new Error('the service worker is not there');
        const version = createHash('sha256').update(JSON.stringify(files)).digest('hex');
        worker.code = worker.code
          .replaceAll('__PAGE_FILES__', JSON.stringify(files))
          .replaceAll('__PAGE_VERSION__', JSON.stringify(version.slice(0, 16)));
      },
    },
  };
}

function publicFiles(): readonly (readonly [string, Uint8Array])[] {
  return readdirSync(PUBLIC, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(PUBLIC.length + 1).replaceAll('\\', '/'), readFileSync(path)] as const;
    });
}

function integrityOf(content: string | Uint8Array): string {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`;
}

/** The public page, served by the service under `/v`; addresses are absolute, so that `/v` works without a slash. */
export default defineConfig({
  base: BASE,
  plugins: [woff2Only(), vue(), listFiles()],
  define: DEFINE,
  build: {
    ...BUILD,
    outDir: 'dist/page',
    rolldownOptions: {
      input: {
        index: join(import.meta.dirname, 'index.html'),
        sw: join(import.meta.dirname, 'src/worker.ts'),
      },
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
