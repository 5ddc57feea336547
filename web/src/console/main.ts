import { createApp } from 'vue';
import 'element-plus/dist/index.css';
import { ensureChineseFont } from '../chineseFont.ts';
import '../styles.css';
import { startTheme } from '../theme.ts';
import ConsoleApp from './ConsoleApp.vue';
import './console.css';
import { createConsoleRouter } from './router.ts';
import { i18n } from './texts.ts';

startTheme();
createApp(ConsoleApp).use(i18n).use(createConsoleRouter()).mount('#app');
void ensureChineseFont();
