import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';

import {
  sealForeignOfd,
  type ForeignOfdSeal,
} from '../../../../service/src/documents/ofd/sealForeignOfd.ts';
import {
  verifyOfd,
  type OfdVerification,
} from '../../../../service/src/documents/ofd/verifyOfd.ts';
import { writeOfd } from '../../../../service/src/documents/ofd/writeOfd.ts';
import { parseTrustStore } from '../../../../service/src/pki/trustStore.ts';
import { conclude } from '../../../../service/src/report.ts';
import { repack, unpack } from '../../../support/repack.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';
import {
  buildOfd,
  buildOfdContent,
  buildSeal,
  leafOf,
  PLACEMENT,
  SEALED_AT,
} from '../../../support/testSeal.ts';
import { vectorsFolder } from '../../../support/vectors.ts';

const malformed = expect.objectContaining({ code: 'DOCUMENT_MALFORMED' });
const QR = {
  kind: 'qr',
  xMm: 165,
  yMm: 220,
  moduleMm: 0.5,
  modules: [
    [true, false],
    [false, true],
  ],
} as const;

let city: TestCity;
let seal: Uint8Array;
let plain: Uint8Array;
beforeAll(async () => {
  city = await testCity();
  seal = await buildSeal(city);
  plain = writeOfd(buildOfdContent(city, { attachments: [], metadata: [] }));
});

async function sealForeign(
  bytes: Uint8Array,
  overrides: Partial<ForeignOfdSeal> = {},
): Promise<Uint8Array> {
  const signer = city.documentSignerSm2;
  const prepared = sealForeignOfd(bytes, {
    seal,
    placements: [PLACEMENT],
    signerCertificate: leafOf(signer),
    signedAt: SEALED_AT,
    qr: QR,
    certificates: signer.certificationPath.slice(1),
    ...overrides,
  });
  return prepared.complete(await signer.sign(prepared.toBeSigned));
}

function verify(bytes: Uint8Array, at = '2026-11-22T12:00:00Z', roots = ''): OfdVerification {
  const trust = parseTrustStore(city.rootsPem + roots);
  return verifyOfd(bytes, { trust, at: new Date(at) });
}

function verdict({ documentChecks, seals }: OfdVerification): string {
  return conclude([...documentChecks, ...seals.flatMap((one) => one.checks)]).indication;
}

function text(bytes: Uint8Array, name: string): string {
  return Buffer.from(unpack(bytes).get(name)!).toString('utf8');
}

describe('a foreign OFD without seal', () => {
  it('passes once sealed, the chain attached', async () => {
    expect(verdict(verify(await sealForeign(plain)))).toBe('TOTAL-PASSED');
  });

  it('shows seal and code where told', async () => {
    const sealed = await sealForeign(plain);

    expect(verify(sealed).seals[0]!.placements).toEqual([PLACEMENT]);
    expect(text(sealed, 'Doc_0/Added/Code.xml')).toContain(
      '<ofd:Appearance Boundary="163 218 5 5">',
    );
    expect(text(sealed, 'Doc_0/Added/Annotations.xml')).toContain(
      '<ofd:FileLoc>/Doc_0/Added/Code.xml</ofd:FileLoc>',
    );
  });

  it('keeps every part but the entry and the document', async () => {
    const after = unpack(await sealForeign(plain));
    const changed = [...unpack(plain)].filter(
      ([name, bytes]) => Buffer.compare(bytes, after.get(name)!) !== 0,
    );

    expect(changed.map(([name]) => name)).toEqual(['OFD.xml', 'Doc_0/Document.xml']);
  });

  it('keeps the order of the schema and counts IDs on', async () => {
    const document = text(await sealForeign(plain), 'Doc_0/Document.xml');
    const max = Number(/MaxUnitID>(\d+)</u.exec(document)?.[1]);

    expect(document).toMatch(/<ofd:Annotations>.*<ofd:Attachments>/u);
    expect(max).toBe(Number(/MaxUnitID>(\d+)</u.exec(text(plain, 'Doc_0/Document.xml'))?.[1]) + 4);
  });

  it('extends lists that are there already', async () => {
    const attached = writeOfd(buildOfdContent(city));
    const sealed = await sealForeign(attached);

    expect(text(sealed, 'Doc_0/Attachs/Attachments.xml').match(/<ofd:Attachment /gu)).toHaveLength(
      3,
    );
    expect(verdict(verify(sealed))).toBe('TOTAL-PASSED');
  });

  it('takes folders that are free', async () => {
    const taken = repack(plain, {
      'Doc_0/signs/x.xml': Buffer.from('<a/>'),
      'Doc_0/Added': Buffer.from('-'),
    });
    const names = [...unpack(await sealForeign(taken)).keys()];

    expect(names).toEqual(
      expect.arrayContaining(['Doc_0/Signs_1/Sign_0/SignedValue.dat', 'Doc_0/Added_1/Code.xml']),
    );
  });

  it('adds nothing to the document without code and certificates', async () => {
    const sealed = await sealForeign(plain, { qr: null, certificates: [] });

    expect(text(sealed, 'Doc_0/Document.xml')).toBe(text(plain, 'Doc_0/Document.xml'));
  });

  it('refuses a page that is not there', async () => {
    await expect(sealForeign(plain, { placements: [{ ...PLACEMENT, page: 9 }] })).rejects.toThrow(
      malformed,
    );
  });

  it('refuses what is no OFD', async () => {
    await expect(sealForeign(Buffer.from('PK\x03\x04'))).rejects.toThrow(malformed);
  });
});

describe('a foreign OFD with a seal', () => {
  it('is refused when the seal covers the list of signatures', async () => {
    await expect(sealForeign(await buildOfd(city))).rejects.toThrow(malformed);
  });

  const folder = vectorsFolder('judge-seals');
  (folder === null ? it.skip : it)(
    'takes a second seal when the first left the list open',
    async () => {
      const foreign = readFileSync(join(folder ?? '', 'good-continue.ofd'));
      const roots =
        readFileSync(join(folder ?? '', 'pki', 'trust.pem'), 'utf8') + city.intermediatesPem;
      const result = verify(
        await sealForeign(foreign, { signedAt: new Date('2026-11-22T06:00:00Z') }),
        undefined,
        roots,
      );

      expect(result.seals.map((one) => one.id)).toEqual(['1', '3']);
      expect(verdict(result)).toBe('TOTAL-PASSED');
    },
  );
});

const ofdrw = vectorsFolder('ofdrw');
(ofdrw === null ? describe.skip : describe)('an OFD that ofdrw wrote', () => {
  it.each([
    'ofdrw-layout__Page5',
    'ofdrw-reader__chineseDir',
    'ofdrw-sign__namespace_no_std',
    'ofdrw-tool__page1',
  ])('%s passes once sealed', async (name) => {
    const sealed = await sealForeign(readFileSync(join(ofdrw ?? '', `${name}.ofd`)));

    expect(verdict(verify(sealed))).toBe('TOTAL-PASSED');
  });
});
