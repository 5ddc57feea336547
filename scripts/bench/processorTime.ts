import { readFileSync } from 'node:fs';

/**
 * Processor time a process and its threads have used so far, in ms. Ticks of user and system time, fields 14 and 15; Linux counts
 * 100 a second for everybody to read.
 *
 * @returns null if there is no such process, or the system does not say.
 */
export function cpuMs(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null; // no /proc
  }
}
