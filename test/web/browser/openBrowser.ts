export { openBrowser } from '../../../scripts/pages/openBrowser.ts';
