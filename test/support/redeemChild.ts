/**
 * A process beside others on one store file.
 *
 *   claim URL ID COUNT      tries to redeem one presentation COUNT times at once; says how often it won
 *   guess URL COUNT         guesses COUNT wrong spoken codes at once; says how many were counted
 *   redeem URL              reads ids on stdin and redeems them one by one, saying which, until it is killed
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { deriveFieldKeys } from '../../service/src/store/fieldEncryption.ts';
import { openStore } from '../../service/src/store/prismaStore.ts';
import { buildAnswer, buildPlace, TEST_LIMITS } from './presentations.ts';
import { STORE_MASTER_KEY, STORE_NOW } from './testStore.ts';

const [job = '', url = '', ...rest] = process.argv.slice(2);
const store = await openStore({
  ...{ url, fieldKeys: deriveFieldKeys(STORE_MASTER_KEY) },
  clock: { now: () => STORE_NOW },
});
const lines = createInterface({ input: process.stdin });
const say = (line: string): void => void writeSync(1, `${line}\n`);
const times = <T>(count: string | undefined, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: Number(count) }, (_, index) => work(index)));

say('ready');
for await (const line of lines) {
  if (job === 'claim') {
    const outcomes = await times(rest[1], () =>
      store.presentations.redeem(rest[0] ?? '', buildPlace(), buildAnswer()),
    );
    say(String(outcomes.filter((outcome) => outcome === null).length));
    break;
  }
  if (job === 'guess') {
    const guesses = await times(rest[0], (index) =>
      store.presentations.guess(`wrong-${index}`, buildPlace({ isSpoken: true }), TEST_LIMITS),
    );
    say(String(guesses.filter(({ outcome }) => outcome === 'missed').length));
    break;
  }
  await store.presentations.redeem(line, buildPlace(), buildAnswer());
  say(line);
}
lines.close();
await store.close();
