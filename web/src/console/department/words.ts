import { currentLanguage } from '../texts.ts';
import type { Words } from './licenceDiff.ts';
import { t } from './licenceTexts.ts';

/** Words of a comparison in the language in force. */
export function wordsOf(): Words {
  return { language: currentLanguage(), endless: t('words.endless') };
}
