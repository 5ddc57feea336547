/** Light and dark: as the machine says, unless the reader chose. */
import { ref } from 'vue';
import { browserMemory } from './i18n/language.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const MEMORY = 'yinxin.theme';
const chosen = ref<Theme>('system');

export function currentTheme(): Theme {
  return chosen.value;
}

/** Follows the machine's setting and what was chosen before. */
export function startTheme(): void {
  const remembered = browserMemory()?.getItem(MEMORY);
  chosen.value = THEMES.find((theme) => theme === remembered) ?? 'system';
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
  apply();
}

export function setTheme(theme: Theme): void {
  chosen.value = theme;
  try {
    browserMemory()?.setItem(MEMORY, theme);
  } catch {
    // full or forbidden: the choice lasts as long as the page
  }
  apply();
}

function apply(): void {
  const isDark =
    chosen.value === 'dark' ||
    (chosen.value === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.add('themed');
  document.documentElement.classList.toggle('dark', isDark);
}
