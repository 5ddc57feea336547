import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';

import { beforeAll, describe, expect, it } from '@jest/globals';

import { readZip } from '../../../../service/src/documents/ofd/readZip.ts';
import {
  verifyOfd,
  type OfdQuestion,
  type OfdVerification,
} from '../../../../service/src/documents/ofd/verifyOfd.ts';
import { writeOfd } from '../../../../service/src/documents/ofd/writeOfd.ts';
import { writeZip } from '../../../../service/src/documents/ofd/writeZip.ts';
import { ServiceError } from '../../../../service/src/errors.ts';
import { NO_TRUST_STORE } from '../../../../service/src/pki/trustStore.ts';
import { conclude } from '../../../../service/src/report.ts';
import { parseSealSignature } from '../../../../service/src/sealing/sealSignature.ts';
import { repack, turnBit, unpack } from '../../../support/repack.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';
import {
  buildOfd,
  buildOfdContent,
  buildSeal,
  leafOf,
  PLACEMENT,
  SEALED_AT,
} from '../../../support/testSeal.ts';

const SIGNATURE = 'Doc_0/Signs/Sign_0/Signature.xml';
const VALUE = 'Doc_0/Signs/Sign_0/SignedValue.dat';

let city: TestCity;
let ofd: Uint8Array;
beforeAll(async () => {
  city = await testCity();
  ofd = await buildOfd(city);
});

function verify(bytes: Uint8Array, overrides: Partial<OfdQuestion> = {}): OfdVerification {
  return verifyOfd(bytes, {
    trust: { anchors: city.trust.anchors, intermediates: [] },
    at: new Date('2026-11-22T00:00:00Z'),
    ...overrides,
  });
}

function verdict(
  bytes: Uint8Array,
  overrides: Partial<OfdQuestion> = {},
): ReturnType<typeof conclude> {
  const { documentChecks, seals } = verify(bytes, overrides);
  return conclude([...documentChecks, ...seals.flatMap((seal) => seal.checks)]);
}

const PASSED = { indication: 'TOTAL-PASSED', subIndication: null };
const failedWith = (subIndication: string): object => ({
  indication: 'TOTAL-FAILED',
  subIndication,
});
const unclear = (subIndication: string): object => ({ indication: 'INDETERMINATE', subIndication });

describe('an OFD as sealed', () => {
  it('passes with the roots alone: the chain is attached', () => {
    expect(verdict(ofd, { requireOwnForm: true })).toEqual(PASSED);
  });

  it('tells who sealed it with what, when and where', () => {
    const { seals, metadata, certificates } = verify(ofd);
    const value = parseSealSignature(unpack(ofd).get(VALUE)!);

    expect(seals).toHaveLength(1);
    expect(seals[0]).toMatchObject({
      id: '1',
      esId: '33040200000017',
      sealingTime: SEALED_AT,
      placements: [PLACEMENT],
      signatureDigest: createHash('sha256').update(value.signatureValue).digest('hex'),
      sealFileSha256: createHash('sha256').update(value.seal.bytes).digest('hex'),
      timeStampToken: null,
    });
    expect(Buffer.compare(seals[0]!.signerCertificate!, leafOf(city.documentSignerSm2))).toBe(0);
    expect(Buffer.compare(seals[0]!.makerCertificate!, leafOf(city.sealMaker))).toBe(0);
    expect(metadata).toEqual(buildOfdContent(city).metadata);
    expect(certificates).toHaveLength(city.trust.intermediates.length);
  });

  it('checks in the order of the standard', () => {
    const names = verify(ofd).seals[0]!.checks.map((check) =>
      check.name.replace(/(Certificate)\..*/u, '$1'),
    );

    expect([...new Set(names)]).toEqual([
      'signature.format',
      'signature.value',
      'signature.signerInSeal',
      'seal.format',
      'seal.makerSignature',
      'seal.makerCertificate',
      'seal.period',
      'signature.signerCertificate',
      'signature.time',
      'signature.documentDigest',
      'document.references',
      'document.sealFile',
      'document.coverage',
    ]);
  });

  it('is unclear without roots and with those of others', async () => {
    const other = await testCity();

    expect(verdict(ofd, { trust: NO_TRUST_STORE })).toEqual(unclear('NO_TRUST'));
    expect(verdict(ofd, { trust: other.trust })).toEqual(unclear('NO_CERTIFICATE_CHAIN_FOUND'));
  });

  it('fails before it was sealed', () => {
    expect(verdict(ofd, { at: new Date('2026-05-01T00:00:00Z') })).toEqual(
      failedWith('NOT_YET_VALID'),
    );
  });

  it('passes after the certificates have expired: they are judged at signing time', () => {
    expect(verdict(ofd, { at: new Date('2050-01-01T00:00:00Z') })).toEqual(PASSED);
  });
});

describe('an OFD without seal', () => {
  it('fails as not signed', () => {
    expect(verdict(writeOfd(buildOfdContent(city)))).toEqual(failedWith('NOT_SIGNED'));
  });
});

describe('an OFD whose list of signatures is gone', () => {
  it('fails as not signed', () => {
    expect(verdict(repack(ofd, { 'Doc_0/Signs/Signatures.xml': null }))).toEqual(
      failedWith('NOT_SIGNED'),
    );
  });
});

describe('names that differ in letter case only', () => {
  it('mean the part that is there', () => {
    const parts = [...unpack(ofd)].map(([name, bytes]) => ({
      name: name.replace('Pages/', 'PAGES/'),
      bytes,
    }));

    expect(verdict(writeZip(parts))).toEqual(PASSED);
  });
});

describe('a changed OFD', () => {
  it('fails whichever part is changed', () => {
    for (const [name, bytes] of unpack(ofd)) {
      const changed = repack(ofd, { [name]: turnBit(bytes, bytes.length >> 1) });

      expect([name, isPassed(changed)]).toEqual([name, false]);
    }
  });

  it('fails whichever part is taken out', () => {
    for (const name of unpack(ofd).keys()) {
      expect([name, isPassed(repack(ofd, { [name]: null }))]).toEqual([name, false]);
    }
  });

  it('fails for changed text as another digest', () => {
    const page = 'Doc_0/Pages/Page_0/Content.xml';
    const text = Buffer.from(unpack(ofd).get(page)!).toString('utf8').replace('许可', '不可');

    expect(verdict(repack(ofd, { [page]: Buffer.from(text) }))).toEqual(failedWith('HASH_FAILURE'));
  });

  it('fails for a changed signature description as another digest', () => {
    const text = Buffer.from(unpack(ofd).get(SIGNATURE)!)
      .toString('utf8')
      .replace('Boundary="120', 'Boundary="20');

    expect(verdict(repack(ofd, { [SIGNATURE]: Buffer.from(text) }))).toEqual(
      failedWith('HASH_FAILURE'),
    );
  });

  it('fails for an unreadable signature value', () => {
    expect(verdict(repack(ofd, { [VALUE]: Buffer.from('nothing') }))).toEqual(
      failedWith('FORMAT_FAILURE'),
    );
    expect(verdict(repack(ofd, { [VALUE]: null }))).toEqual(failedWith('FORMAT_FAILURE'));
  });

  it('fails for an added file', () => {
    expect(verdict(repack(ofd, { 'Doc_0/more.xml': Buffer.from('<a/>') }))).toEqual(
      failedWith('UNSIGNED_CONTENT'),
    );
  });

  it.each([
    ['behind', () => Buffer.concat([ofd, Buffer.from('more')])],
    ['before', () => Buffer.concat([Buffer.from('more'), ofd])],
    [
      'behind, as many as hide the directory from a short search',
      () => Buffer.concat([ofd, Buffer.alloc(100_000, 'PK')]),
    ],
  ])('fails for bytes %s the package', (_, change) => {
    expect(verdict(change())).toEqual(failedWith('UNSIGNED_CONTENT'));
  });

  it('fails whichever byte is changed, where the form of our writer is demanded', () => {
    const directory = Buffer.from(ofd).indexOf('PK\x01\x02');
    const offsets = new Set<number>();
    for (let offset = 0; offset < directory; offset += 251) offsets.add(offset);
    for (let offset = 0; offset < 120; offset += 1) offsets.add(offset);
    for (let offset = directory; offset < ofd.length; offset += 3) offsets.add(offset);
    const unseen = [...offsets].filter((offset) =>
      isPassed(turnBit(ofd, offset, 1 << (offset % 8))),
    );

    expect(unseen).toEqual([]);
  });

  it('fails only by its form when merely packed anew', () => {
    const deflated = [...unpack(ofd)].map(([name, bytes]) => ({
      name,
      bytes,
      deflated: deflateRawSync(bytes),
    }));
    const packed = writeZip(deflated);

    expect(verdict(packed)).toEqual(PASSED);
    expect(verdict(packed, { requireOwnForm: true })).toEqual(failedWith('HASH_FAILURE'));
  });

  /** By all checks, the form of our writer included. */
  function isPassed(bytes: Uint8Array): boolean {
    try {
      return verdict(bytes, { requireOwnForm: true }).indication === 'TOTAL-PASSED';
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'DOCUMENT_MALFORMED') return false;
      throw error;
    }
  }
});

describe('a seal that could not seal', () => {
  it('fails when it had expired', async () => {
    const seal = await buildSeal(city, { validUntil: new Date('2026-05-31T00:00:00Z') });

    expect(verdict(await buildOfd(city, { seal }))).toEqual(failedWith('SEAL_EXPIRED_AT_SIGNING'));
  });

  it('fails when it was not yet valid', async () => {
    const seal = await buildSeal(city, { validFrom: new Date('2026-07-01T00:00:00Z') });

    expect(verdict(await buildOfd(city, { seal }))).toEqual(
      failedWith('SEAL_NOT_YET_VALID_AT_SIGNING'),
    );
  });

  it('fails when it does not list the signer', async () => {
    const other = await city.pki.authority({
      name: '南湖市民政局',
      creditCode: '11330402MB00000037',
    });

    expect(
      verdict(
        await buildOfd(
          city,
          { signerCertificate: leafOf(other.documentSignerSm2) },
          other.documentSignerSm2,
        ),
      ),
    ).toEqual(failedWith('SIGNER_NOT_IN_SEAL'));
  });

  it('passes when it lists the digest of the signer', async () => {
    const value = createHash('sm3').update(leafOf(city.documentSignerSm2)).digest();
    const seal = await buildSeal(city, {
      signers: { kind: 'digests', digests: [{ type: 'SM3', value }] },
    });

    expect(verdict(await buildOfd(city, { seal }))).toEqual(PASSED);
  });

  it('fails when another key signed', async () => {
    const other = await city.pki.authority({
      name: '南湖市民政局',
      creditCode: '11330402MB00000037',
    });
    const signerCertificate = leafOf(city.documentSignerSm2);

    expect(verdict(await buildOfd(city, { signerCertificate }, other.documentSignerSm2))).toEqual(
      failedWith('SIG_CRYPTO_FAILURE'),
    );
  });

  it('is unclear when a key for documents made it: it is not for making seals', async () => {
    const seal = await buildSeal(city, {}, city.documentSignerSm2);

    expect(verdict(await buildOfd(city, { seal }))).toEqual(
      unclear('CERTIFICATE_CONSTRAINTS_FAILURE'),
    );
  });

  it('fails when its maker did not sign it', async () => {
    const made = await buildSeal(city);
    const forged = turnBit(made, Buffer.from(made).indexOf('33040200000017'));

    expect(verdict(await buildOfd(city, { seal: forged }))).toEqual(
      failedWith('SIG_CRYPTO_FAILURE'),
    );
  });

  it('fails when it was used before its maker was certified', async () => {
    const seal = await buildSeal(city, { validFrom: new Date('2020-01-01T00:00:00Z') });

    expect(
      verdict(await buildOfd(city, { seal, signedAt: new Date('2025-01-01T00:00:00Z') })),
    ).toEqual(failedWith('NOT_YET_VALID'));
  });
});

describe('a package that is packed twice', () => {
  it('is read as its last directory says, and fails for the rest', () => {
    const both = Buffer.concat([writeOfd(buildOfdContent(city)), ofd]);

    expect(readZip(both).strayByteCount).toBeGreaterThan(0);
    expect(verdict(both)).toEqual(failedWith('UNSIGNED_CONTENT'));
  });
});
