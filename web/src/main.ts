import { createApp, type Component } from 'vue';
import { isCasePath } from './caseProgress.ts';
import { ensureChineseFont } from './chineseFont.ts';
import { browserMemory, chooseLanguage } from './i18n/language.ts';
import { createTexts } from './i18n/index.ts';
import './styles.css';
import { startTheme } from './theme.ts';
import VerifyPage from './VerifyPage.vue';

startTheme();
const language = chooseLanguage(browserMemory(), navigator.languages);
const show = (page: Component): void => {
  createApp(page).use(createTexts(language)).mount('#app');
};
if (isCasePath(window.location.pathname)) {
  void import('./CasePage.vue').then((module) => {
    show(module.default);
  });
} else show(VerifyPage);
void ensureChineseFont();
