/**
 * A service that issues for many callers until it is killed: `node issuingChild.ts <data folder> <callers>`, with a Fabric
 * profile after it for a ledger there. The folder holds a test city. Prints each licence that was reported issued, as one
 * line of JSON.
 */
import { writeSync } from 'node:fs';
import { systemClock } from '../../service/src/clock.ts';
import { approveLicence } from '../../service/src/licences/approveLicence.ts';
import { draftLicence } from '../../service/src/licences/draftLicence.ts';
import { openService } from '../../service/src/composition/openService.ts';
import { principalOf } from '../../service/src/people/sessions.ts';
import { buildRequest, onFabric, testConfig, TEST_TYPES } from './testService.ts';

const [, , dataDir = '', callers = '1', profile] = process.argv;
const log = { warn: () => undefined };
const world = { clock: systemClock, log, publicUrl: 'http://127.0.0.1:8080' };
const { licences, store } = await openService(
  { ...testConfig(dataDir), ...(profile === undefined ? {} : onFabric(profile)) },
  world,
);
const [maker, checker] = await Promise.all(
  ['maker', 'checker'].map(async (name) => {
    const account = await store.accounts.findByUsername(name);
    if (account === null) throw new Error(`no ${name}`);
    return principalOf(account);
  }),
);
if (maker === undefined || checker === undefined) throw new Error('nobody is there');

/** One caller: every fourth licence needs a second person. */
for (let caller = 0; caller < Number(callers); caller++) {
  void (async () => {
    for (let count = caller; ; count++) {
      const typeCode = count % 4 === 0 ? TEST_TYPES.dual : TEST_TYPES.single;
      const made = await draftLicence(licences, maker, buildRequest({ typeCode }));
      const { identifier, state, documents } =
        made.state === 'drafted' ? await approveLicence(licences, checker, made.identifier) : made;
      writeSync(1, `${JSON.stringify({ identifier, state, documents })}\n`);
    }
  })();
}
