import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

const BASE = '/v/';
const PUBLIC = join(import.meta.dirname, 'public');

/** Every browser that runs this page reads WOFF2: the WOFF twins of the font's parts are left out. */
function woff2Only(): Plugin {
  return {
    name: 'woff2-only',
    enforce: 'pre',
    transform(css, id) {
      if (!/@fontsource\/.+\.css$/.test(id)) return null;
      return css.replace(/,\s*url\([^)]+\.woff\)\s*format\('woff'\)/g, '');
    },
  };
}

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

/** Served by the service under `/v`; addresses are absolute, so that `/v` works without a slash. */
export default defineConfig({
  base: BASE,
  plugins: [woff2Only(), vue(), listFiles()],
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: ['chrome87', 'safari14', 'firefox85'],
    assetsInlineLimit: 0,
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
