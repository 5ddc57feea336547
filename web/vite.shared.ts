/** What the builds of the public page and of the console have in common. */
import type { BuildOptions, Plugin } from 'vite';

/** Every browser that runs these pages reads WOFF2: the WOFF twins of the font's parts are left out. */
export function woff2Only(): Plugin {
  return {
    name: 'woff2-only',
    enforce: 'pre',
    transform(css, id) {
      if (!/@fontsource\/.+\.css$/.test(id)) return null;
      return css.replace(/,\s*url\([^)]+\.woff\)\s*format\('woff'\)/g, '');
    },
  };
}

export const DEFINE = {
  __VUE_OPTIONS_API__: false,
  __VUE_I18N_FULL_INSTALL__: false,
  __VUE_I18N_LEGACY_API__: false,
  __INTLIFY_PROD_DEVTOOLS__: false,
} as const;

export const BUILD = {
  target: ['chrome87', 'safari14', 'firefox85'],
  assetsInlineLimit: 0,
  emptyOutDir: true,
} as const satisfies BuildOptions;
