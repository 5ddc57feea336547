import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../service/src/clock.ts';
import { openIdentity } from '../../../service/src/composition/openIdentity.ts';
import type { IdentitySettings } from '../../../service/src/people/identityProvider.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yinxin-identity-'));
  writeFileSync(join(folder, 'empty'), ' \n');
  writeFileSync(join(folder, 'secret'), 'secret\n');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const open = (clientSecretFile: string | null): Promise<IdentitySettings> => {
  const client = {
    issuer: 'https://id.example.cn',
    clientId: 'yinxin',
    holderCodeClaim: 'id_card',
  };
  return openIdentity(
    { identity: { isLocalOn: false, idleMinutes: 30, provider: { ...client, clientSecretFile } } },
    { clock: systemClock, publicUrl: 'https://zz.example.gov.cn' },
  );
};

describe('openIdentity', () => {
  it('opens without asking the provider, who may be away', async () => {
    for (const file of [null, join(folder, 'secret')])
      expect(await open(file)).toMatchObject({
        isLocalOn: false,
        provider: { issuer: 'https://id.example.cn' },
      });
  });

  it.each(['missing', 'empty'])('refuses a file with the secret that is %s', async (name) => {
    await expect(open(join(folder, name))).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
  });
});
