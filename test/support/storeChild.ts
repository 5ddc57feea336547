/** A process that writes to a store as fast as it can and says on stdout what was acknowledged, until it is killed. */
import { writeSync } from 'node:fs';
import { deriveFieldKeys } from '../../service/src/store/fieldEncryption.ts';
import { openStore } from '../../service/src/store/prismaStore.ts';
import {
  buildAccount,
  buildStagedIssue,
  buildUsage,
  STORE_MASTER_KEY,
  STORE_NOW,
} from './testStore.ts';

const url = process.argv[2] ?? '';
const clock = { now: () => STORE_NOW };
const store = await openStore({ url, fieldKeys: deriveFieldKeys(STORE_MASTER_KEY), clock });

function acknowledge(kind: string, id: string): void {
  writeSync(1, `${kind} ${id}\n`);
}

async function writeForEver(caller: number): Promise<never> {
  for (let count = 0; ; count++) {
    const issue = buildStagedIssue();
    await store.licences.stageIssue(issue);
    acknowledge('staged', issue.identifier);
    if (count % 4 !== 0) {
      const ledger = { root: '9'.repeat(64), position: count, block: caller };
      await store.licences.releaseIssue(issue.identifier, { ledger, issuedAt: STORE_NOW });
      acknowledge('released', issue.identifier);
    }
    const usage = buildUsage();
    await store.usage.append(usage);
    acknowledge('used', usage.id);
    const account = buildAccount({ username: `user-${caller}-${count}` });
    if (caller === 0) {
      await store.accounts.add(account);
      acknowledge('account', account.id);
    }
    const place = await store.status.allocate();
    acknowledge('place', `${place.list}/${place.index}`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, caller) => writeForEver(caller)));
