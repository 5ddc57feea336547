/** What is printed on an annotated copy: made from its record alone, so that a verifier can look for it. */
import { shanghaiDate, shanghaiTime } from '../civilTime.ts';
import type { CopyRecord } from './copyRecord.ts';

/** Stands where the copy does not show what the licence says. */
export const MASK = '***';

const MAX_MARK = 24;

/** The watermark's two lines. */
export function watermarkLines(record: CopyRecord): readonly [string, string] {
  return [
    `仅供“${cut(record.purpose)}”使用，他用无效`,
    `加注件 COPY · ${cut(makerOf(record))} · 至 ${shanghaiDate(new Date(record.validUntil))}`,
  ];
}

/** The band's heading. */
export const BAND_TITLE = '加注件（非原件） ANNOTATED COPY, NOT THE ORIGINAL';

/** The lines below it, each to be broken where it is too long. */
export function bandLines(record: CopyRecord): readonly string[] {
  const { purpose, matter, madeAt, validUntil, copyId, licence } = record;
  return [
    `仅供“${purpose}”使用，他用无效。 For this purpose only; not valid for any other.`,
    `制作 Made by：${makerOf(record)}`,
    ...(matter === null ? [] : [`事项 Matter：${matter.name}（${matter.code}）`]),
    `制作时间 Made at：${shanghaiTime(new Date(madeAt))}；有效期至 Good until：${shanghaiTime(new Date(validUntil))}（UTC+8）`,
    `加注件编号 Copy No.：${copyId}`,
    `原证照标识 Original：${licence}`,
    `标“${MASK}”处未出示。 What is marked “${MASK}” was not shown.`,
  ];
}

function makerOf({ madeBy, window }: CopyRecord): string {
  return window === null ? madeBy.name : `${madeBy.name} ${window.name}`;
}

function cut(text: string): string {
  const characters = Array.from(text);
  return characters.length <= MAX_MARK ? text : `${characters.slice(0, MAX_MARK - 1).join('')}…`;
}
