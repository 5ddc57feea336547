/** Finds a matter by a few characters: of its name in either language, of its code, or the first letters of its name's Pinyin. */

export interface Named {
  readonly code: string;
  readonly name: string;
  /** In English; null: it has no such name. */
  readonly nameEn?: string | null;
}

/** The first character of each Pinyin initial, in the order of the Chinese collation. */
const FIRSTS = '阿八嚓哒妸发旮哈讥咔垃呒拏噢妑七呥扨它屲夕丫帀';
const LETTERS = 'ABCDEFGHJKLMNOPQRSTWXYZ';
const collator = new Intl.Collator('zh-CN-u-co-pinyin');

/** First letters of a name's Pinyin: 开饭店 → KFD. Polyphones take their most common reading. */
export function initialsOf(name: string): string {
  return Array.from(name, initialOf).join('');
}

function initialOf(character: string): string {
  if (/[0-9A-Za-z]/.test(character)) return character.toUpperCase();
  if (!/\p{Script=Han}/u.test(character)) return '';
  let letter = '';
  for (let index = 0; index < FIRSTS.length; index++) {
    if (collator.compare(character, FIRSTS.charAt(index)) < 0) break;
    letter = LETTERS.charAt(index);
  }
  return letter;
}

/** Matters that fit, those that begin with what was typed first. @param typed - empty: all. */
export function findMatters<T extends Named>(matters: readonly T[], typed: string): readonly T[] {
  const wanted = typed.normalize('NFKC').trim();
  if (wanted === '') return matters;
  const capitals = wanted.toUpperCase();
  const ranked = matters.map((matter) => ({ matter, rank: rankOf(matter, capitals) }));
  return ranked
    .filter(({ rank }) => rank < NONE)
    .sort((a, b) => a.rank - b.rank)
    .map(({ matter }) => matter);
}

const NONE = 9;

function rankOf({ code, name, nameEn }: Named, capitals: string): number {
  const english = (nameEn ?? '').toUpperCase();
  const initials = initialsOf(name);
  if ([name, initials, english].some((one) => one.startsWith(capitals))) return 0;
  if (code.endsWith(capitals) || code.startsWith(capitals)) return 1;
  if ([name, initials, english].some((one) => one.includes(capitals))) return 2;
  return isSpread(name, capitals) || isSpread(initials, capitals) ? 3 : NONE;
}

/** Whether all characters stand in a text, in their order. */
function isSpread(text: string, wanted: string): boolean {
  let from = 0;
  for (const character of wanted) {
    const found = text.indexOf(character, from);
    if (found < 0) return false;
    from = found + 1;
  }
  return true;
}
