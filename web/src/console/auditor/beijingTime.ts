/** Times as fields of a form have them (`2026-06-01T10:00`, a clock in Beijing) and as the API has them. */

const OFFSET_MS = 8 * 3_600_000;

/** @returns RFC 3339 with the offset of Beijing; undefined for an empty field. */
export function toMoment(local: string): string | undefined {
  if (local === '') return undefined;
  return `${local.length === 16 ? `${local}:00` : local}+08:00`;
}

/** @param instant - RFC 3339. @returns to the second; empty for what is no instant. */
export function toLocal(instant: string): string {
  const time = Date.parse(instant);
  return Number.isNaN(time) ? '' : new Date(time + OFFSET_MS).toISOString().slice(0, 19);
}

/** A day some days before or after. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
