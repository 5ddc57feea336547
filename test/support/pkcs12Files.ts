/** A certification authority and PKCS#12 files as city CAs hand them out, made by the `openssl` command. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PKCS12_PASSWORD = '口令 1';

/** What is asked of a file. */
export interface Pkcs12Request {
  /** `rsa:2048`, `P-256`, … */
  readonly key: string;
  /** Encrypted by RC2 and 3DES, as older programs do. */
  readonly isLegacy?: boolean;
  readonly subject?: string;
  /** Lines of extensions. */
  readonly extensions?: string;
  /** Valid from and until, `YYYYMMDDHHMMSSZ`; absent: a year from now. */
  readonly period?: readonly [string, string];
}

export interface Pkcs12Authority {
  /** DER. */
  readonly root: Uint8Array;
  readonly rootPem: string;
  make(request: Pkcs12Request): Uint8Array<ArrayBuffer>;
  /** Revokes the certificate that was made last. @returns the new list, DER. */
  revokeLast(): Uint8Array;
  remove(): void;
}

const CONFIG = `
[ca]
default_ca = city
[city]
database = index
new_certs_dir = .
serial = serial
crlnumber = crlnumber
default_md = sha256
default_days = 365
default_crl_days = 30
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = optional
serialNumber = optional
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
`;
const USAGE = 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature,nonRepudiation\n';

export function pkcs12Authority(name = '某市CA'): Pkcs12Authority {
  const folder = mkdtempSync(join(tmpdir(), 'pkcs12-'));
  const inFolder = (file: string): string => join(folder, file);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  };
  writeFileSync(inFolder('ca.cnf'), CONFIG);
  writeFileSync(inFolder('index'), '');
  writeFileSync(inFolder('serial'), '1000\n');
  writeFileSync(inFolder('crlnumber'), '01\n');
  const own = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-utf8', '-subj'];
  writeFileSync(inFolder('req.cnf'), `[req]\ndistinguished_name = dn\n[dn]\n${CONFIG}`);
  const made = ['-config', 'req.cnf', '-extensions', 'root', '-days', '3000', '-out', 'ca.pem'];
  openssl('req', '-x509', ...own, `/O=${name}/CN=${name}`, ...made);
  openssl('x509', '-in', 'ca.pem', '-outform', 'DER', '-out', 'ca.der');
  const signing = ['-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key'];
  return {
    root: new Uint8Array(readFileSync(inFolder('ca.der'))),
    rootPem: readFileSync(inFolder('ca.pem'), 'utf8'),
    make({ key, isLegacy = false, subject = '/O=某局/CN=公章', extensions = USAGE, period }) {
      const algorithm = key.startsWith('rsa')
        ? [key]
        : ['ec', '-pkeyopt', `ec_paramgen_curve:${key}`];
      const request = ['-newkey', ...algorithm, '-nodes', '-keyout', 'k.key', '-utf8'];
      openssl('req', ...request, '-subj', subject, '-out', 'k.csr');
      writeFileSync(inFolder('k.ext'), extensions);
      const [from = '', until = ''] = period ?? [];
      const dates = period === undefined ? [] : ['-startdate', from, '-enddate', until];
      const files = ['-in', 'k.csr', '-extfile', 'k.ext', '-out', 'k.crt', '-notext'];
      openssl('ca', '-batch', ...signing, '-utf8', ...dates, ...files);
      const inside = ['-inkey', 'k.key', '-in', 'k.crt', '-passout', `pass:${PKCS12_PASSWORD}`];
      const scheme = isLegacy ? ['-legacy'] : [];
      openssl('pkcs12', '-export', ...scheme, ...inside, '-certfile', 'ca.pem', '-out', 'k.p12');
      return new Uint8Array(readFileSync(inFolder('k.p12')));
    },
    revokeLast() {
      openssl('ca', ...signing, '-revoke', 'k.crt');
      openssl('ca', ...signing, '-gencrl', '-out', 'ca.crl');
      openssl('crl', '-in', 'ca.crl', '-outform', 'DER', '-out', 'crl.der');
      return new Uint8Array(readFileSync(inFolder('crl.der')));
    },
    remove() {
      rmSync(folder, { recursive: true });
    },
  };
}
