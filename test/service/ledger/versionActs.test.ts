import { describe, expect, it } from '@jest/globals';
import type { Act, ActName } from '@yinxin/chaincode/model';
import { beginsVersion } from '../../../service/src/ledger/versionActs.ts';

const act = (name: ActName): Act => ({ act: name }) as Act; // its name is all that is looked at

describe('a version of a licence', () => {
  it.each<ActName>(['licence.issue', 'licence.change', 'licence.renew', 'licence.transferIn'])(
    'begins with %s',
    (name) => {
      expect(beginsVersion(act(name))).toBe(true);
    },
  );

  it.each<ActName>(['licence.revoke', 'licence.putDocument', 'licence.transferOut', 'seal.make'])(
    'does not begin with %s',
    (name) => {
      expect(beginsVersion(act(name))).toBe(false);
    },
  );
});
