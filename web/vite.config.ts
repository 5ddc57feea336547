import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

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

/** Served by the service under `/v`; addresses are absolute, so that `/v` works without a slash. */
export default defineConfig({
  base: '/v/',
  plugins: [woff2Only(), vue()],
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: { target: ['chrome87', 'safari14', 'firefox85'], assetsInlineLimit: 0 },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
