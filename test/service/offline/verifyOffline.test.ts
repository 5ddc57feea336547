import { PDFDocument } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../../service/src/errors.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { buildActProof, buildUsageProof } from '../../../service/src/ledger/proof.ts';
import { detectEvidence } from '../../../service/src/verification/detectEvidence.ts';
import { inspectEvidence } from '../../../service/src/offline/inspectEvidence.ts';
import { verifyOffline } from '../../../service/src/offline/verifyOffline.ts';
import { parseCertificate, toPem, type Certificate } from '../../../service/src/pki/certificate.ts';
import {
  NO_TRUST_STORE,
  parseTrustStore,
  type TrustStore,
} from '../../../service/src/pki/trustStore.ts';
import type { Report } from '../../../service/src/report.ts';
import { sealDocument } from '../../../service/src/seals/sealDocument.ts';
import { anchorPendingUses } from '../../../service/src/usage/anchorUses.ts';
import { PUBLIC_USE } from '../../../service/src/usage/recordUse.ts';
import { verificationTime } from '../../../service/src/verification/parts.ts';
import { verify } from '../../../service/src/verification/verifier.ts';
import { testCity } from '../../support/testCa.ts';
import { TEST_ORGANISATIONS, TEST_TYPES, testService } from '../../support/testService.ts';
import type { TestService } from '../../support/testService.ts';

let city: TestService;
let roots: TrustStore;
let codeSigners: readonly Certificate[];
const evidence = new Map<string, Uint8Array>();

beforeAll(async () => {
  city = await testService();
  const { service } = city;
  roots = parseTrustStore(service.pki.rootsPem, service.pki.intermediatesPem);
  const signers = await service.licences.signersOf(TEST_ORGANISATIONS.market.creditCode);
  codeSigners = signers.codeSigner.certificationPath.map(parseCertificate);
  const { identifier } = await city.issue({ typeCode: TEST_TYPES.dual });
  const { licences } = service.store;
  const parts = (await licences.parts(identifier))!;
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const proof = await buildActProof(
    { ledger: service.ledger, intermediates: roots.intermediates },
    { kind: 'licence', identifier },
  );
  const certificates = [...signers.act.certificationPath];
  evidence
    .set('ofd', (await licences.file(identifier, 'ofd'))!)
    .set('pdf', (await licences.file(identifier, 'pdf'))!)
    .set('seal', (await service.store.seals.file(city.esId))!)
    .set('code', text(`${parts.codeText}\n`))
    .set('identifier', text(identifier.toLowerCase()))
    .set('credential', text(parts.credential))
    .set('proof', text(JSON.stringify(proof, null, 2)))
    .set('certificates', text(toPem(certificates)));
});

afterAll(async () => {
  await city.remove();
});

const KINDS = [
  'ofd',
  'pdf',
  'seal',
  'code',
  'identifier',
  'credential',
  'proof',
  'certificates',
] as const;
/** Those whose bytes show whether they are genuine. */
const SIGNED = ['ofd', 'pdf', 'seal', 'code', 'credential', 'proof', 'certificates'] as const;

function check(
  bytes: Uint8Array,
  options: { trust?: TrustStore; codeSigners?: readonly Certificate[]; at?: Date } = {},
): Report {
  return verifyOffline(
    detectEvidence(bytes),
    { trust: options.trust ?? roots, codeSigners: options.codeSigners ?? codeSigners },
    { time: verificationTime(city.service.clock, { at: options.at }), language: 'en' },
  );
}

const openChecks = (report: Report): readonly string[] =>
  report.checks.filter((one) => one.indication !== 'TOTAL-PASSED').map((one) => one.name);

/** Whether only the status is open. What cannot be read is not genuine. */
function isGenuine(bytes: Uint8Array): boolean {
  try {
    return check(bytes).indication !== 'TOTAL-FAILED';
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}

describe('offline, with the city’s roots', () => {
  it.each([
    ['ofd', 'licence.state', 'Genuine'],
    ['pdf', 'licence.state', 'Genuine'],
    ['code', 'licence.state', 'Genuine'],
    ['credential', 'licence.state', 'Genuine'],
    ['seal', 'seal.state', 'Genuine'],
    ['certificates', 'certificate.revocation', 'The certificate leads to a given root'],
    ['identifier', 'licence.known', 'The current status is out of reach'],
  ])('leaves only the status of a genuine %s open', (kind, open, statement) => {
    const report = check(evidence.get(kind)!);

    expect(report).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'TRY_LATER',
      statusSource: 'none',
      statusAgeSeconds: null,
    });
    expect(openChecks(report)).toEqual([open]);
    expect(report.statement).toContain(statement);
  });

  it('passes a proof, and names the state it leads to', () => {
    const report = check(evidence.get('proof')!);

    expect(report).toMatchObject({ indication: 'TOTAL-PASSED', subject: { kind: 'proof' } });
    expect(report.statement).toMatch(/^Recorded; issued on /);
    expect(report.statement).not.toMatch(/valid/i);
  });

  it('passes a proof of a revoked licence, and names the revocation', async () => {
    const { licences, ledger } = city.service;
    const { identifier } = await city.issue();
    const effectiveFrom = null;
    await actOnLicence(licences, city.people.maker, identifier, {
      ...{ name: 'revoke', reason: 'fraud', effectiveFrom },
    });
    const sources = { ledger, intermediates: roots.intermediates };
    const proof = await buildActProof(sources, { kind: 'licence', identifier });

    const report = check(Buffer.from(JSON.stringify(proof)));

    expect(report.indication).toBe('TOTAL-PASSED');
    expect(report.statement).toMatch(/^Recorded; revoked on /);
  });

  it('passes a proof of a use', async () => {
    const { verification, ledger, store, clock, licences } = city.service;
    const text = Buffer.from(evidence.get('code')!).toString().trim();
    const request = {
      evidence: { kind: 'code', text },
      language: 'en',
      context: PUBLIC_USE,
    } as const;
    await verify(verification, request);
    const operator = TEST_ORGANISATIONS.operator.creditCode;
    const signer = (await licences.signersOf(operator)).act;
    await anchorPendingUses({
      clock,
      recorder: licences.recorder,
      usage: store.usage,
      signer,
      operator,
    });
    const [use] = (await store.usage.list({}, { limit: 1 })).items;
    const record = JSON.parse(Buffer.from(use!.record).toString()) as { id: string };
    const { root, position } = use!.anchor!;
    const anchored = { record, salt: use!.salt, root, index: position };
    const proof = await buildUsageProof({ ledger }, anchored);

    const report = check(Buffer.from(JSON.stringify(proof)));

    expect(report).toMatchObject({
      indication: 'TOTAL-PASSED',
      statement: expect.stringMatching(/^Recorded: this use is anchored on the ledger\./),
    });
  });

  it.each(SIGNED)('fails a changed %s', (kind) => {
    const bytes = Uint8Array.from(evidence.get(kind)!);
    changeByte(kind, bytes);

    const report = check(bytes);

    expect(report.indication).toBe('TOTAL-FAILED');
  });

  it.each(['ofd', 'pdf'] as const)('fails an %s with something behind its end', (kind) => {
    const bytes = Buffer.concat([evidence.get(kind)!, Buffer.from('\n')]);

    expect(check(bytes).indication).toBe('TOTAL-FAILED');
  });

  it('cannot tell of a code whose signer it does not know', () => {
    expect(check(evidence.get('code')!, { codeSigners: [] })).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
    });
  });

  it.each(['ofd', 'pdf', 'code'] as const)('fails an %s after the licence’s end', (kind) => {
    // the clock stands late, all else as it was
    const clock = { now: () => new Date(Date.now() + 1100 * 86_400_000) };
    const report = verifyOffline(
      detectEvidence(evidence.get(kind)!),
      { trust: roots, codeSigners },
      { time: verificationTime(clock, {}), language: 'en' },
    );

    expect(report.checks).toContainEqual(
      expect.objectContaining({ indication: 'TOTAL-FAILED', subIndication: 'LICENCE_EXPIRED' }),
    );
  });

  it.each(['ofd', 'pdf'] as const)('fails an %s before the licence’s beginning', (kind) => {
    const at = new Date(Date.now() - 5 * 86_400_000);

    expect(check(evidence.get(kind)!, { at }).checks).toContainEqual(
      expect.objectContaining({ subIndication: 'LICENCE_NOT_YET_VALID' }),
    );
  });

  it('leaves only the seal’s status open for a document of one’s own', async () => {
    const file = await PDFDocument.create();
    file.addPage([400, 400]);
    const request = { bytes: await file.save(), esId: city.esId, page: 1, xMm: 20, yMm: 20 };
    const { bytes } = await sealDocument(city.service.seals, city.people.maker, request);

    const report = check(bytes);

    expect(report).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'TRY_LATER',
      subject: { kind: 'seal-signature' },
    });
    expect(openChecks(report)).toEqual(['seal.state']);
  });

  it.each(['ofd', 'pdf'] as const)('calls no %s genuine of which any byte was changed', (kind) => {
    const whole = evidence.get(kind)!;
    const places = Array.from({ length: 80 }, (_, n) =>
      Math.floor(((n + 0.5) * whole.length) / 80),
    );
    const last = Array.from({ length: 20 }, (_, n) => whole.length - 1 - n);

    const unseen = [...places, ...last].filter((place) => {
      const bytes = Uint8Array.from(whole);
      bytes[place] = bytes[place]! ^ 0x01;
      return isGenuine(bytes);
    });

    expect(unseen).toEqual([]);
  });
});

describe('offline, with another city’s roots', () => {
  it.each(['ofd', 'pdf', 'code', 'credential', 'seal', 'certificates', 'proof'] as const)(
    'does not know whom to trust for %s',
    async (kind) => {
      const { trust } = await testCity(city.service.clock);

      expect(check(evidence.get(kind)!, { trust })).toMatchObject({
        indication: 'INDETERMINATE',
        subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
      });
    },
  );
});

describe('offline, without roots', () => {
  it.each(KINDS)('cannot tell anything of a genuine %s', (kind) => {
    expect(check(evidence.get(kind)!, { trust: NO_TRUST_STORE })).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'NO_TRUST',
    });
  });

  it.each(['ofd', 'proof'] as const)('still fails a changed %s', (kind) => {
    const bytes = Uint8Array.from(evidence.get(kind)!);
    changeByte(kind, bytes);

    expect(check(bytes, { trust: NO_TRUST_STORE }).indication).toBe('TOTAL-FAILED');
  });
});

describe('detectEvidence', () => {
  it.each(KINDS)('knows %s by its content', (kind) => {
    expect(detectEvidence(evidence.get(kind)!).kind).toBe(kind);
  });

  it('knows a certificate in DER', () => {
    expect(detectEvidence(codeSigners[0]!.der).kind).toBe('certificates');
  });

  it('knows a code behind a byte order mark', () => {
    const bytes = Buffer.concat([Buffer.from('\ufeff'), evidence.get('code')!]);

    expect(detectEvidence(bytes).kind).toBe('code');
  });

  it.each([
    ['nothing', '', 'CODE_MALFORMED'],
    ['some text', '你好', 'CODE_MALFORMED'],
    ['JSON of another kind', '{"typ":"other"}', 'DOCUMENT_MALFORMED'],
    ['broken JSON', '{"typ":"yinxin-proof"', 'DOCUMENT_MALFORMED'],
    ['a long text', 'x'.repeat(10_000), 'DOCUMENT_MALFORMED'],
    ['a code cut short', 'YX1.123', 'CODE_MALFORMED'],
    ['a credential cut short', 'YQ.YQ.YQ~', 'DOCUMENT_MALFORMED'],
    ['an empty certificate', '-----BEGIN CERTIFICATE-----', 'CERTIFICATE_MALFORMED'],
    ['bytes', '\0\x01\x02', 'DOCUMENT_MALFORMED'],
    ['DER of something else', '0\x03\x02\x01\x05', 'DOCUMENT_MALFORMED'],
  ])('refuses %s', (_, content, code) => {
    expect(() => detectEvidence(Buffer.from(content))).toThrow(expect.objectContaining({ code }));
  });
});

describe('inspectEvidence', () => {
  it.each(KINDS)('tells what is inside %s', (kind) => {
    const inspection = inspectEvidence(detectEvidence(evidence.get(kind)!), new Date());

    expect(inspection.kind).toBe(kind);
    expect(JSON.stringify(inspection).length).toBeGreaterThan(20);
  });
});

/** Changes one byte that is signed and that leaves the evidence readable. */
function changeByte(kind: (typeof SIGNED)[number], bytes: Uint8Array): void {
  CHANGES[kind](bytes, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

const flip = (bytes: Uint8Array, at: number): void => {
  bytes[at] = bytes[at]! ^ 1;
};
/** One character for another, so that the text stays of its kind. */
const swap = (bytes: Uint8Array, at: number, one: string, other: string): void => {
  bytes[at] = (bytes[at] === one.charCodeAt(0) ? other : one).charCodeAt(0);
};

const CHANGES: Readonly<
  Record<(typeof SIGNED)[number], (bytes: Uint8Array, text: Buffer) => void>
> = {
  ofd: (bytes, text) => {
    flip(bytes, text.indexOf('TextCode') + 30);
  },
  pdf: (bytes, text) => {
    flip(bytes, text.indexOf('stream') + 60);
  },
  seal: (bytes, text) => {
    flip(bytes, text.indexOf('南湖市') + 2);
  },
  code: (bytes) => {
    flip(bytes, bytes.length - 4); // the end of the signature
  },
  credential: (bytes, text) => {
    swap(bytes, text.indexOf('~') - 10, 'A', 'B'); // base64url all the same
  },
  proof: (bytes, text) => {
    swap(bytes, text.indexOf('"contentDigest": "') + 20, '0', '1');
  },
  certificates: (bytes, text) => {
    const end = text.indexOf('-----END') - 10; // the end of the leaf's signature
    swap(bytes, bytes[end] === 0x0a ? end - 1 : end, 'A', 'B');
  },
};
