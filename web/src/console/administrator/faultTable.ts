/** Faults of an import as a CSV table that spreadsheets open. */

interface RowFault {
  readonly row: number;
  readonly pointer: string;
  readonly detail: string;
}

const BYTE_ORDER_MARK = '\uFEFF'; // spreadsheets read UTF-8 by it

export function writeFaultTable(faults: readonly RowFault[]): string {
  const lines = faults.map(({ row, pointer, detail }) => [String(row), pointer, detail]);
  const table = [['row', 'where', 'fault'], ...lines];
  return `${BYTE_ORDER_MARK}${table.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** A cell that would be taken for a formula is told as text. */
function cell(value: string): string {
  const safe = /^[=+\-@\t]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
