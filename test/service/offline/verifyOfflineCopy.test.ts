import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeAnnotatedCopy } from '../../../service/src/copies/makeAnnotatedCopy.ts';
import { COPY_DATUM } from '../../../service/src/documents/copyRecord.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { detectEvidence } from '../../../service/src/verification/detectEvidence.ts';
import { verifyOffline } from '../../../service/src/offline/verifyOffline.ts';
import {
  NO_TRUST_STORE,
  parseTrustStore,
  type TrustStore,
} from '../../../service/src/pki/trustStore.ts';
import type { Report } from '../../../service/src/report.ts';
import { sealDocument } from '../../../service/src/seals/sealDocument.ts';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { parseTrustBundle } from '../../../service/src/trust/bundleFormat.ts';
import { verificationTime } from '../../../service/src/verification/parts.ts';
import { addServiceSeal, buildCopyOrder, copyParts } from '../../support/copyCity.ts';
import { repack, unpack } from '../../support/repack.ts';
import { testClock } from '../../support/testClock.ts';
import { TEST_TYPES, testService, type TestService } from '../../support/testService.ts';

const clock = testClock('2026-11-22T02:00:00.000Z');
const FORMATS = ['ofd', 'pdf'] as const;
type Format = (typeof FORMATS)[number];
let city: TestService;
let roots: TrustStore;
let good: Readonly<Record<Format, Uint8Array>>;
let revoked: Readonly<Record<Format, Uint8Array>>;
let validUntil: Date;
let bundle: string;

beforeAll(async () => {
  city = await testService({ clock });
  await addServiceSeal(city);
  const { service, people } = city;
  roots = parseTrustStore(service.pki.rootsPem, service.pki.intermediatesPem);
  good = await makeBoth(await city.issue({ typeCode: TEST_TYPES.dual }));
  const other = await city.issue({ typeCode: TEST_TYPES.dual });
  revoked = await makeBoth(other);
  await actOnLicence(service.licences, people.maker, other.identifier, {
    ...{ name: 'revoke', reason: 'penalty', effectiveFrom: null },
  });
  clock.advance(1000);
  bundle = await service.trustParts.publishBundle();
});

afterAll(async () => {
  await city.remove();
});

async function makeBoth(licence: Licence): Promise<Readonly<Record<Format, Uint8Array>>> {
  const make = async (format: Format): Promise<Uint8Array> => {
    const order = buildCopyOrder(city, licence, { format });
    const copy = await makeAnnotatedCopy(copyParts(city.service), order);
    validUntil = copy.validUntil;
    return copy.bytes;
  };
  return { ofd: await make('ofd'), pdf: await make('pdf') };
}

function ask(
  bytes: Uint8Array,
  brought: Readonly<{ trust?: TrustStore; bundle?: string; at?: Date }> = {},
): Report {
  return verifyOffline(
    detectEvidence(bytes),
    {
      ...{ trust: brought.trust ?? roots, codeSigners: [] },
      ...(brought.bundle === undefined ? {} : { bundle: parseTrustBundle(brought.bundle) }),
    },
    { time: verificationTime(clock, { at: brought.at }), language: 'en' },
  );
}

describe.each(FORMATS)('an annotated copy offline, as %s', (format) => {
  it('is genuine; what the ledger knows is open', () => {
    const report = ask(good[format]);
    expect(report).toMatchObject({
      ...{ indication: 'INDETERMINATE', subIndication: 'TRY_LATER' },
      subject: { kind: 'annotated-copy' },
    });
    expect(report.statement).toContain('genuine, unchanged and in its time');
  });

  it('takes the licence’s state from a bundle', () => {
    const state = ({ checks }: Report): string | undefined =>
      checks.find(({ name }) => name === 'licence.state')?.indication;
    expect(state(ask(good[format], { bundle }))).toBe('TOTAL-PASSED');
    expect(ask(revoked[format], { bundle })).toMatchObject({
      ...{ indication: 'TOTAL-FAILED', subIndication: 'LICENCE_REVOKED' },
    });
  });

  it('ends', () => {
    const now = clock.now();
    clock.set(new Date(validUntil.getTime() + 1));
    const report = ask(good[format]);
    clock.set(now);
    expect(report).toMatchObject({ indication: 'TOTAL-FAILED', subIndication: 'COPY_EXPIRED' });
  });

  it('passes for nobody without roots', () => {
    expect(ask(good[format], { trust: NO_TRUST_STORE })).toMatchObject({
      ...{ indication: 'INDETERMINATE', subIndication: 'NO_TRUST' },
    });
  });
});

describe('what only says that it is a copy', () => {
  it('fails where its record was changed', () => {
    const text = Buffer.from(unpack(good.ofd).get('OFD.xml')!).toString('utf8');
    const later = Buffer.from(
      text.replace('validUntil&quot;:&quot;2026', 'validUntil&quot;:&quot;2036'),
    );
    expect(ask(repack(good.ofd, { 'OFD.xml': later })).indication).toBe('TOTAL-FAILED');
  });

  it.each([
    [
      'cannot be read',
      (text: string) => text.replace('"schemaVersion":1', '"schemaVersion":2'),
      'METADATA_MISMATCH',
    ],
    [
      'names no licence',
      (text: string) => text.replace(/"licence":"[^"]*"/u, '"licence":"x"'),
      'METADATA_MISMATCH',
    ],
    ['names another maker', (text: string) => text, 'CERTIFICATE_CONSTRAINTS_FAILURE'],
  ])('fails where its record %s', async (_, change, subIndication) => {
    const xml = Buffer.from(unpack(good.ofd).get('OFD.xml')!).toString('utf8');
    const record = /Name="JZJ">(.*?)<\/ofd:CustomData>/u.exec(xml)![1]!.replaceAll('&quot;', '"');
    const page = { widthMm: 210, heightMm: 297, items: [] };
    const bytes = writeOfd({
      ...{ pages: [page], title: '', author: '', createdAt: clock.now(), attachments: [] },
      metadata: [{ name: COPY_DATUM, value: change(record) }],
    });
    const { service, people, esId } = city;
    const sealed = await sealDocument(service.seals, people.maker, {
      ...{ bytes, esId, page: 1, xMm: 20, yMm: 20 },
    });
    const { checks } = ask(sealed.bytes);
    expect(checks).toContainEqual(
      expect.objectContaining({ name: expect.stringMatching(/^copy\./u), subIndication }),
    );
  });
});
