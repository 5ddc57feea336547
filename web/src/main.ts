import { createApp } from 'vue';
import { ensureChineseFont } from './chineseFont.ts';
import { browserMemory, chooseLanguage } from './i18n/language.ts';
import { createTexts } from './i18n/index.ts';
import './styles.css';
import VerifyPage from './VerifyPage.vue';

const language = chooseLanguage(browserMemory(), navigator.languages);
createApp(VerifyPage).use(createTexts(language)).mount('#app');
void ensureChineseFont();
