import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeGranted } from '../../../service/src/pki/timeStamp/timeStampResponse.ts';
import { runYinxin } from '../../support/runYinxin.ts';
import { testService, type TestService } from '../../support/testService.ts';

const DATA = Buffer.from('what existed');
let city: TestService;
let folder: string;
let token: Uint8Array;
const path = (name: string): string => join(folder, name);
const verify = async (name: string, ...options: readonly string[]): Promise<object> => {
  const { exit, out } = await runYinxin(['verify', path(name), '--json', ...options]);
  return { exit, report: out === '' ? null : (JSON.parse(out) as object) };
};

beforeAll(async () => {
  city = await testService();
  folder = mkdtempSync(join(tmpdir(), 'yinxin-token-'));
  const { service } = city;
  token = await service.receipts.timeStamper!.stamp(DATA, 'ES256');
  writeFileSync(path('token.der'), token);
  writeFileSync(path('answer.tsr'), encodeGranted(token));
  writeFileSync(path('roots.pem'), service.pki.rootsPem);
  await service.certificates.keepCrlsFresh();
  const crls = service.trust.own.revocation?.crls ?? [];
  crls.forEach((crl, place) => {
    writeFileSync(path(`${place}.crl`), crl);
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await city.remove();
});

const lists = (): readonly string[] =>
  (city.service.trust.own.revocation?.crls ?? []).flatMap((_, place) => [
    '--crl',
    path(`${place}.crl`),
  ]);

describe('yinxin verify of a time-stamp token', () => {
  it.each(['token.der', 'answer.tsr'])(
    'passes %s with roots and lists, and says when',
    async (name) => {
      const digest = createHash('sha256').update(DATA).digest('hex');

      expect(await verify(name, '--trust', path('roots.pem'), ...lists())).toMatchObject({
        exit: 0,
        report: {
          ...{ indication: 'TOTAL-PASSED', subject: { kind: 'time-stamp' } },
          statement: expect.stringContaining(digest),
        },
      });
    },
  );

  it('cannot tell without lists, nor without roots', async () => {
    expect(await verify('token.der', '--trust', path('roots.pem'))).toMatchObject({
      ...{ exit: 3, report: { subIndication: 'TRY_LATER' } },
    });
    expect(await verify('token.der')).toMatchObject({
      ...{ exit: 3, report: { subIndication: 'NO_TRUST' } },
    });
  });

  it('passes none of which a bit was changed', async () => {
    const passed = [];
    for (let place = 0; place < token.length; place += 97) {
      const changed = Uint8Array.from(token);
      changed[place]! ^= 1 << (place % 8);
      writeFileSync(path('changed.der'), changed);
      const answer = await runYinxin([
        'verify',
        path('changed.der'),
        '--trust',
        path('roots.pem'),
        ...lists(),
      ]);
      if (answer.exit === 0) passed.push(place);
    }

    expect(passed).toEqual([]);
  });

  it('shows what is inside', async () => {
    const { out } = await runYinxin(['inspect', path('token.der'), '--json']);

    expect(JSON.parse(out)).toMatchObject({
      ...{ kind: 'timeStamp', imprint: { hashAlgorithm: '2.16.840.1.101.3.4.2.1' } },
    });
  });
});
