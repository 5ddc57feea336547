import type { Words } from './fieldText.ts';
import { t } from './licenceTexts.ts';

/** Words of fields in the language in force. */
export function wordsOf(): Words {
  return {
    yes: t('words.yes'),
    no: t('words.no'),
    endless: t('words.endless'),
    comma: t('words.comma'),
  };
}
