import { mkdtempSync, statfsSync } from 'node:fs';

const MEMORY = '/dev/shm';
const NEEDED_BYTES = 1024 ** 3;

/** Tests make thousands of small databases, each flushed at every commit: where memory has room for them, they lie there. */
export default function keepInMemory() {
  if (process.env.TMPDIR === undefined && bytesFree() >= NEEDED_BYTES)
    process.env.TMPDIR = mkdtempSync(`${MEMORY}/yinxin-tests-`);
}

function bytesFree() {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
