import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../service/src/config.ts';
import { ServiceError } from '../../service/src/errors.ts';

const NEW = (): boolean => true;
const OLD = (): boolean => false;

function faultsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(env, OLD);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'CONFIGURATION_INVALID') {
      return error.faults.map(({ pointer }) => pointer);
    }
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it('needs nothing', () => {
    expect(readConfig({}, OLD)).toMatchObject({
      ...{ host: '127.0.0.1', port: 8080, publicUrl: null, ledger: 'embedded', demo: false },
      ...{ isProduction: false, publicRate: 100, metricsPort: null, presentationSeconds: 120 },
    });
  });

  it.each(['4', '721', '7.5', 'never'])('refuses sessions idle for %s minutes', (minutes) => {
    expect(faultsOf({ YINXIN_SESSION_IDLE_MINUTES: minutes })).toEqual([
      'YINXIN_SESSION_IDLE_MINUTES',
    ]);
  });

  it('keeps everything under the data directory', () => {
    const config = readConfig({ YINXIN_DATA_DIR: '/srv/yinxin' }, OLD);

    expect(config).toMatchObject({
      dataDir: '/srv/yinxin',
      databaseUrl: 'file:/srv/yinxin/store.db',
      masterKeyFile: '/srv/yinxin/master.key',
    });
  });

  it('takes a Fabric network with its profile, four transactions at once', () => {
    const env = { YINXIN_LEDGER: 'fabric', YINXIN_FABRIC_PROFILE: '/srv/profile.json' };

    expect(readConfig(env, OLD)).toMatchObject({
      ...{ ledger: 'fabric', fabricProfile: '/srv/profile.json', ledgerSlots: 4 },
    });
    expect(readConfig({}, OLD)).toMatchObject({ fabricProfile: null, ledgerSlots: 1 });
  });

  it.each([{ YINXIN_LEDGER: 'fabric' }, { YINXIN_FABRIC_PROFILE: '/srv/profile.json' }])(
    'refuses %j: Fabric and its profile go together',
    (env) => {
      expect(faultsOf(env)).toEqual(['YINXIN_FABRIC_PROFILE']);
    },
  );

  it('tells every fault at once, also those between settings', () => {
    const env = {
      ...{
        YINXIN_PORT: 'x',
        YINXIN_COLOUR: 'red',
        YINXIN_LEDGER: 'fabric',
        NODE_ENV: 'production',
      },
      ...{ YINXIN_DEMO: 'on', YINXIN_OIDC_CLIENT_ID: 'x', YINXIN_NOTICE_SECRET_FILE: 'x' },
    };

    expect([...faultsOf(env)].sort()).toEqual([
      ...['YINXIN_COLOUR', 'YINXIN_DEMO', 'YINXIN_FABRIC_PROFILE', 'YINXIN_NOTICE_SECRET_FILE'],
      ...['YINXIN_OIDC_CLIENT_ID', 'YINXIN_PORT'],
    ]);
  });

  it('blames no setting for another one that is wrong', () => {
    const env = { YINXIN_LEDGER: 'fabrik', YINXIN_FABRIC_PROFILE: '/srv/profile.json' };

    expect(faultsOf(env)).toEqual(['YINXIN_LEDGER']);
  });

  it.each(['', ' ', '0x50', '1e3', '-1', '65536'])('takes “%s” for no port', (text) => {
    expect(faultsOf({ YINXIN_PORT: text })).toEqual(['YINXIN_PORT']);
  });

  it.each([
    [{ YINXIN_LOCAL_SIGN_IN: 'off' }, ['YINXIN_LOCAL_SIGN_IN']],
    [{ YINXIN_OIDC_CLIENT_ID: 'x' }, ['YINXIN_OIDC_CLIENT_ID']],
    [
      { YINXIN_OIDC_CLIENT_SECRET_FILE: 'x', YINXIN_OIDC_HOLDER_CODE_CLAIM: 'x' },
      ['YINXIN_OIDC_CLIENT_SECRET_FILE', 'YINXIN_OIDC_HOLDER_CODE_CLAIM'],
    ],
    [{ YINXIN_OIDC_ISSUER: 'https://id.example.cn' }, ['YINXIN_OIDC_CLIENT_ID']],
    [
      { YINXIN_OIDC_ISSUER: 'http://id.example.cn', YINXIN_OIDC_CLIENT_ID: 'x' },
      ['YINXIN_OIDC_ISSUER'],
    ],
    [
      { YINXIN_OIDC_ISSUER: 'http://127.0.0.1.example.cn', YINXIN_OIDC_CLIENT_ID: 'x' },
      ['YINXIN_OIDC_ISSUER'],
    ],
    [{ YINXIN_OIDC_ISSUER: 'file:///x', YINXIN_OIDC_CLIENT_ID: 'x' }, ['YINXIN_OIDC_ISSUER']],
  ])('refuses ways to sign in that are none: %j', (env, pointers) => {
    expect(faultsOf(env)).toEqual(pointers);
  });

  it.each(['https://id.example.cn/realms/city', 'http://127.0.0.1:9000', 'http://[::1]:9000'])(
    'takes the identity provider %s, with passwords off',
    (issuer) => {
      const client = { YINXIN_OIDC_ISSUER: issuer, YINXIN_OIDC_CLIENT_ID: 'yinxin' };

      const { identity } = readConfig({ ...client, YINXIN_LOCAL_SIGN_IN: 'off' }, OLD);

      expect(identity).toEqual({
        isLocalOn: false,
        idleMinutes: 30,
        provider: { issuer, clientId: 'yinxin', clientSecretFile: null, holderCodeClaim: null },
      });
    },
  );

  it.each([
    [{ YINXIN_NOTICE_WEBHOOK: 'https://sms.example.cn' }, ['YINXIN_NOTICE_SECRET_FILE']],
    [{ YINXIN_NOTICE_SECRET_FILE: 'x' }, ['YINXIN_NOTICE_SECRET_FILE']],
    [
      { YINXIN_NOTICE_WEBHOOK: 'http://sms.example.cn', YINXIN_NOTICE_SECRET_FILE: 'x' },
      ['YINXIN_NOTICE_WEBHOOK'],
    ],
    [
      { YINXIN_NOTICE_WEBHOOK: 'https://u:p@sms.example.cn', YINXIN_NOTICE_SECRET_FILE: 'x' },
      ['YINXIN_NOTICE_WEBHOOK'],
    ],
    [
      { YINXIN_NOTICE_WEBHOOK: 'mailto:a@example.cn', YINXIN_NOTICE_SECRET_FILE: 'x' },
      ['YINXIN_NOTICE_WEBHOOK'],
    ],
  ])('refuses gateways that nobody could trust: %j', (env, pointers) => {
    expect(faultsOf(env)).toEqual(pointers);
  });

  it.each(['https://sms.example.cn/notices', 'http://127.0.0.1:9000/'])(
    'takes the message gateway %s',
    (webhook) => {
      const env = { YINXIN_NOTICE_WEBHOOK: webhook, YINXIN_NOTICE_SECRET_FILE: '/srv/secret' };

      expect(readConfig(env, OLD).notices).toEqual({ webhook, secretFile: '/srv/secret' });
      expect(readConfig({}, OLD).notices).toBeNull();
    },
  );

  it('takes the last slash off the public address', () => {
    const config = readConfig({ YINXIN_PUBLIC_URL: 'https://a.example.cn/' }, OLD);

    expect(config.publicUrl).toBe('https://a.example.cn');
  });

  it.each([
    [{}, NEW, true],
    [{}, OLD, false],
    [{ NODE_ENV: 'production' }, NEW, false],
    [{ YINXIN_DEMO: 'off' }, NEW, false],
    [{ YINXIN_DEMO: 'on' }, OLD, true],
  ])('with %j: a demo city is made only where one may be', (env, isNew, demo) => {
    expect(readConfig(env, isNew).demo).toBe(demo);
  });

  it('refuses a demo city in production', () => {
    expect(faultsOf({ NODE_ENV: 'production', YINXIN_DEMO: 'on' })).toEqual(['YINXIN_DEMO']);
  });

  it('reports all faults together, unknown names too', () => {
    const faults = faultsOf({
      ...{ YINXIN_PORT: '99999', YINXIN_LEDGER: 'paper', YINXIN_PROT: '1' },
      ...{ YINXIN_PUBLIC_URL: 'ftp://x', YINXIN_OPERATOR_CODE: '1', YINXIN_PUBLIC_RATE: '0' },
    });

    expect([...faults].sort()).toEqual([
      ...['YINXIN_LEDGER', 'YINXIN_OPERATOR_CODE', 'YINXIN_PORT', 'YINXIN_PROT'],
      ...['YINXIN_PUBLIC_RATE', 'YINXIN_PUBLIC_URL'],
    ]);
  });

  it('minds no other variables', () => {
    expect(faultsOf({ PATH: '/bin', yinxin_port: 'x' })).toEqual([]);
  });
});
