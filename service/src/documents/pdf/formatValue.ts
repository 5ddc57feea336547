import { formatName, formatNumber } from './pdfObjects.ts';
import type { PdfDictionary, PdfValue } from './pdfValue.ts';

/** Writes a value that was read, Latin-1; strings stay as they stood. Streams are not written again. */
export function formatValue(value: PdfValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return formatNumber(value);
  switch (value.kind) {
    case 'name':
      return formatName(value.name);
    case 'string':
      return Buffer.from(value.source.subarray(value.start, value.end)).toString('latin1');
    case 'reference':
      return `${value.number} ${value.generation} R`;
    case 'array':
      return `[${value.items.map(formatValue).join(' ')}]`;
    case 'dictionary':
      return formatDictionary(value, new Map());
    case 'stream':
      return formatDictionary(value.dictionary, new Map());
  }
}

/** Writes a dictionary with some members replaced or added. @param changes - member texts by key. */
export function formatDictionary(
  dictionary: Pick<PdfDictionary, 'entries'>,
  changes: ReadonlyMap<string, string>,
): string {
  const members = new Map<string, string>();
  for (const [key, value] of dictionary.entries) members.set(key, formatValue(value));
  for (const [key, text] of changes) members.set(key, text);
  const texts = [...members].map(([key, text]) => `${formatName(key)} ${text}`);
  return `<<${texts.join('')}>>`;
}
