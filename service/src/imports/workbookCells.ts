/** What the cells of an Excel sheet say (ECMA-376 part 1, §18.3.1.4, §18.8.30). */

/** What cells refer to. */
export interface SheetFacts {
  readonly strings: readonly string[];
  /** Numbers of the styles that show a number as a date. */
  readonly dateStyles: ReadonlySet<number>;
  /** Days are counted from 1904, as on old Macintoshes. */
  readonly isFrom1904: boolean;
}

export interface SheetCell {
  /** As in the sheet; `n`: a number. */
  readonly type: string;
  readonly style: number;
  readonly value: string;
}

const DAY_MS = 86_400_000;

/** Text of a cell as a table has it: dates as `yyyy-mm-dd`, truth as `true` or `false`. */
export function toCellText({ type, style, value }: SheetCell, facts: SheetFacts): string {
  switch (type) {
    case 's':
      return facts.strings[Number(value)] ?? '';
    case 'b':
      return value === '1' ? 'true' : 'false';
    case 'n':
      return value !== '' && facts.dateStyles.has(style) ? dateOf(value, facts) : numberOf(value);
    default:
      return value;
  }
}

/** Excel keeps 17 digits of a fraction and shows 15: what reads 1.1 is kept as 1.1000000000000001. */
function numberOf(value: string): string {
  const number = Number(value);
  if (/^-?\d*$/.test(value) || !Number.isFinite(number)) return value;
  return String(Number(number.toPrecision(15)));
}

/** Days since the end of 1899, or since 1904. */
function dateOf(value: string, { isFrom1904 }: SheetFacts): string {
  const first = isFrom1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const at = new Date(first + Math.floor(Number(value)) * DAY_MS);
  return Number.isNaN(at.getTime()) ? value : at.toISOString().slice(0, 10);
}

/**
 * Numbers of the styles that show dates.
 *
 * @param formats - the workbook's own number formats.
 * @param cellFormats - for each style, the number of its number format.
 */
export function dateStylesOf(
  formats: readonly { readonly id: number; readonly code: string }[],
  cellFormats: readonly number[],
): ReadonlySet<number> {
  const own = new Set(
    formats
      .filter(({ code }) => /[yd年]/i.test(code.replace(/"[^"]*"|\[[^\]]*\]/g, '')))
      .map(({ id }) => id),
  );
  const isDate = (format: number): boolean =>
    (format >= 14 && format <= 17) ||
    format === 22 ||
    (format >= 27 && format <= 36) ||
    own.has(format);
  return new Set(cellFormats.flatMap((format, style) => (isDate(format) ? [style] : [])));
}
