import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCertificate } from '../../../../service/src/pki/certificate.ts';
import { openPkcs12 } from '../../../../service/src/pki/pkcs12/openPkcs12.ts';
import { decryptRc2Cbc } from '../../../../service/src/pki/pkcs12/rc2.ts';
import { hasOpenssl } from '../../../support/openssl.ts';

const describeOpenssl = hasOpenssl ? describe : describe.skip;
const PASSWORD = '印信 päss';

const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'opened';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

describe('RC2', () => {
  // RFC 2268 §5; the effective key length there is that of the key
  it.each([
    ['ffffffffffffffff', 'ffffffffffffffff', '278b27e42e2f0d49'],
    ['3000000000000000', '1000000000000001', '30649edf9be7d2c2'],
    ['88bca90e90875a7f0f79c384627bafb2', '0000000000000000', '2269552ab0f85ca6'],
  ])('decrypts under %s', (key, plain, cipher) => {
    const iv = new Uint8Array(8);

    const opened = decryptRc2Cbc(Buffer.from(key, 'hex'), iv, Buffer.from(cipher, 'hex'));

    expect(Buffer.from(opened).toString('hex')).toBe(plain);
  });
});

describeOpenssl('PKCS#12 files of OpenSSL', () => {
  let folder: string;
  const openssl = (...args: string[]): Buffer =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  const make = (kind: string, options: readonly string[], password = PASSWORD): Uint8Array => {
    const files = ['-inkey', `${kind}.key`, '-in', `${kind}.crt`, '-certfile', 'ca.crt'];
    openssl('pkcs12', '-export', ...files, ...options, '-passout', `pass:${password}`, '-out', 'o');
    return new Uint8Array(readFileSync(join(folder, 'o')));
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pkcs12-'));
    const rsa = ['-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=CA'];
    openssl('req', '-x509', ...rsa, '-keyout', 'ca.key', '-out', 'ca.crt');
    const keys = {
      rsa: ['RSA', 'rsa_keygen_bits:2048'],
      ec: ['EC', 'ec_paramgen_curve:P-256'],
      sm2: ['SM2', 'ec_paramgen_curve:SM2'],
      small: ['RSA', 'rsa_keygen_bits:1024'],
      p384: ['EC', 'ec_paramgen_curve:P-384'],
    };
    writeFileSync(join(folder, 'ext'), 'keyUsage=digitalSignature,nonRepudiation\n');
    for (const [name, [algorithm = '', option = '']] of Object.entries(keys)) {
      const options = algorithm === 'SM2' ? [] : ['-pkeyopt', option];
      openssl('genpkey', '-algorithm', algorithm, ...options, '-out', `${name}.key`);
      openssl('pkey', '-in', `${name}.key`, '-pubout', '-out', `${name}.pub`);
      openssl('req', '-new', '-key', 'ca.key', '-subj', `/CN=${name}`, '-out', `${name}.csr`);
      const issuer = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
      const key = ['-force_pubkey', `${name}.pub`, '-extfile', 'ext'];
      openssl('x509', '-req', '-in', `${name}.csr`, ...issuer, ...key, '-out', `${name}.crt`);
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each<[string, readonly string[]]>([
    ['AES-256 and SHA-256', []],
    ['RC2-40 and 3DES, as cities still hand out', ['-legacy']],
    ['3DES', ['-legacy', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES']],
    ['3DES with two keys', ['-legacy', '-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-2DES']],
    ['RC2-128', ['-legacy', '-keypbe', 'PBE-SHA1-RC2-128', '-certpbe', 'PBE-SHA1-RC2-128']],
    ['RC2-40', ['-legacy', '-keypbe', 'PBE-SHA1-RC2-40', '-certpbe', 'PBE-SHA1-RC2-40']],
    ['PBES2 with AES-128', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC']],
    ['no encryption but integrity', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
    ['SHA-512 for integrity, 10,000 rounds', ['-macalg', 'sha512', '-iter', '10000']],
  ])('open under %s', (_, options) => {
    for (const [kind, algorithm] of [
      ['rsa', 'RS256'],
      ['ec', 'ES256'],
    ] as const) {
      const opened = openPkcs12(make(kind, options), PASSWORD);

      const [leaf] = opened.certificationPath;
      expect(opened.algorithm).toBe(algorithm);
      expect(opened.certificationPath).toHaveLength(1);
      expect(parseCertificate(leaf!).subject.commonName).toBe(kind);
    }
  });

  it('open with an SM2 key', () => {
    expect(openPkcs12(make('sm2', []), PASSWORD).algorithm).toBe('SM2');
  });

  it('open with an empty password', () => {
    expect(openPkcs12(make('ec', [], ''), '').algorithm).toBe('ES256');
  });

  it.each([[[]], [['-legacy']]])('do not open with another password (%p)', (options) => {
    expect(codeOf(() => openPkcs12(make('ec', options), 'another'))).toBe('PKCS12_PASSWORD_WRONG');
  });

  it.each(['small', 'p384'])('are unfit with a key of %s', (kind) => {
    expect(codeOf(() => openPkcs12(make(kind, []), PASSWORD))).toBe('KEY_UNFIT');
  });

  it('are unfit without a certificate for the key', () => {
    openssl('pkcs12', '-export', '-nocerts', '-inkey', 'ec.key', '-passout', 'pass:x', '-out', 'k');

    expect(codeOf(() => openPkcs12(readFileSync(join(folder, 'k')), 'x'))).toBe('KEY_UNFIT');
  });

  it('are refused when they ask for more than a million rounds', () => {
    const file = make('ec', ['-legacy', '-iter', '260000']);

    expect(codeOf(() => openPkcs12(file, PASSWORD))).toBe('PKCS12_MALFORMED');
  });

  it('never open when they were changed, whatever byte it is', () => {
    const file = make('ec', ['-legacy']);
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = file.slice();
        changed[at] = (changed[at] ?? 0) ^ flip;
        const code = codeOf(() => openPkcs12(changed, PASSWORD));
        expect(['PKCS12_MALFORMED', 'PKCS12_PASSWORD_WRONG', 'KEY_UNFIT', 'opened']).toContain(
          code,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('say malformed of what is no PKCS#12', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(codeOf(() => openPkcs12(bytes, ''))).toBe('PKCS12_MALFORMED');
      }),
    );
  });

  it('agree with what Node makes of the same key', () => {
    const { privateKey } = openPkcs12(make('rsa', ['-legacy']), PASSWORD);

    expect(privateKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });
});
