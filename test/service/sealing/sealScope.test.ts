import { beforeAll, describe, expect, it } from '@jest/globals';

import { encodeText } from '../../../service/src/pki/derEncoding.ts';
import type { AnchorScope, TrustStore } from '../../../service/src/pki/trustStore.ts';
import { conclude, type Check } from '../../../service/src/report.ts';
import { parseSeal } from '../../../service/src/sealing/seal.ts';
import { sealKindOf } from '../../../service/src/sealing/sealScope.ts';
import { verifySeal } from '../../../service/src/sealing/verifySeal.ts';
import { buildForeignSeal } from '../../support/foreignSeal.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';

const AT = new Date('2026-11-22T00:00:00Z');

let city: TestCity;
beforeAll(async () => {
  city = await testCity();
});

describe('the kind of a seal by its name', () => {
  it.each([
    ['南湖市市场监督管理局', 'official'],
    ['南湖市市场监督管理局公章', 'official'],
    ['南湖市市场监督管理局财务专用章', 'finance'],
    ['北湖市某公司合同专用章（1）', 'contract'],
    ['北湖市某公司 法定代表人章', 'legalRepresentative'],
    ['北湖市某公司法人名章', 'legalRepresentative'],
    ['南湖市市场监督管理局电子证照专用章', 'licence'],
    ['南湖市政务服务中心窗口业务专用章', 'windowService'],
    ['北湖市某公司发票专用章', null],
    ['张三', null],
    ['', null],
  ])('%s: %s', (name, kind) => {
    expect(sealKindOf({ name, type: 1 })).toBe(kind);
  });

  it('is none for a person', () => {
    expect(sealKindOf({ name: '南湖市市场监督管理局', type: 2 })).toBeNull();
  });
});

describe('an anchor of another city', () => {
  const judge = async (
    name: string,
    sealKinds: AnchorScope['sealKinds'],
  ): Promise<readonly Check[]> => {
    const scope: AnchorScope = {
      purposes: ['sealMaker'],
      sealKinds,
      licenceTypes: null,
      from: new Date('2026-01-01T00:00:00Z'),
      until: null,
    };
    const trust: TrustStore = {
      ...city.trust,
      scopes: new Map(city.trust.anchors.map(({ fingerprint }) => [fingerprint, scope])),
    };
    const bytes = await buildForeignSeal(city, 4, { members: { name: encodeText(name) } });
    return verifySeal(parseSeal(bytes), trust, AT);
  };

  it('vouches for the kinds of seals it was taken in for', async () => {
    const checks = await judge('北湖市某局财务专用章', ['finance']);

    expect(conclude(checks).indication).toBe('TOTAL-PASSED');
    expect(checks.map(({ name }) => name)).toContain('seal.scope');
  });

  it.each(['北湖市某局公章', '北湖市某公司发票专用章'])(
    'vouches for no other: %s',
    async (name) => {
      expect(conclude(await judge(name, ['finance']))).toEqual({
        indication: 'INDETERMINATE',
        subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
      });
    },
  );

  it('vouches for every kind where none is named', async () => {
    const checks = await judge('北湖市某局公章', null);

    expect(conclude(checks).indication).toBe('TOTAL-PASSED');
    expect(checks.map(({ name }) => name)).not.toContain('seal.scope');
  });
});
