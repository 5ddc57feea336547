/** Keys that are revoked: what they signed before stands where the ledger proves it, and nothing else does. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { revokeCertificate } from '../../service/src/certificates/revokeCertificate.ts';
import type { Signer } from '../../service/src/keys/signer.ts';
import type { AuthoritySigners } from '../../service/src/pki/cityPki.ts';
import { draftLicence, type LicenceRequest } from '../../service/src/licences/draftLicence.ts';
import type { LicenceType } from '../../service/src/store/store.ts';
import { PUBLIC_USE } from '../../service/src/usage/recordUse.ts';
import { verify, type Evidence } from '../../service/src/verification/verifier.ts';
import {
  addSealedType,
  evidenceOf,
  makeUnrecorded,
  type LicenceEvidence,
} from '../support/evidence.ts';
import { testClock, type TestClock } from '../support/testClock.ts';
import {
  buildRequest,
  TEST_ORGANISATIONS,
  testService,
  type TestService,
} from '../support/testService.ts';

const ENTRANCES = ['code', 'identifier', 'ofd', 'pdf', 'credential'] as const;
type Entrance = (typeof ENTRANCES)[number];
const SIGNERS = [
  'act',
  'codeSigner',
  'credentialSigner',
  'documentSignerSm2',
  'documentSignerEs256',
] as const satisfies readonly (keyof AuthoritySigners)[];

let clock: TestClock;
let city: TestService;
let type: LicenceType;

beforeEach(async () => {
  clock = testClock('2026-06-01T02:00:00Z');
  city = await testService({ clock });
  type = await addSealedType(city, '100');
});
afterEach(async () => {
  await city.remove();
});

async function issue(overrides: Partial<LicenceRequest> = {}): Promise<LicenceEvidence> {
  clock.advance(1000);
  const { service, people } = city;
  const request = buildRequest({ typeCode: type.typeCode, ...overrides }, clock.now());
  const licence = await draftLicence(service.licences, people.maker, request);
  clock.advance(1000);
  return await evidenceOf(city, licence);
}

async function signers(): Promise<AuthoritySigners> {
  return await city.service.licences.signersOf(TEST_ORGANISATIONS.market.creditCode);
}

async function revoke({ keyId }: Pick<Signer, 'keyId'>): Promise<void> {
  clock.advance(1000);
  const { service, people } = city;
  const revocation = { fingerprint: keyId, reason: 'keyCompromise' } as const;
  await revokeCertificate(service.certificates.parts, people.security, revocation);
  clock.advance(1000);
}

async function ask(evidence: LicenceEvidence): Promise<Record<Entrance, string>> {
  const verdicts = {} as Record<Entrance, string>;
  for (const entrance of ENTRANCES) {
    const asked: Evidence =
      entrance === 'ofd' || entrance === 'pdf'
        ? { kind: 'file', bytes: evidence[entrance] }
        : { kind: entrance, text: evidence[entrance] };
    const request = { evidence: asked, language: 'en', context: PUBLIC_USE } as const;
    const { indication, subIndication } = await verify(city.service.verification, request);
    verdicts[entrance] = subIndication === null ? indication : `${indication} ${subIndication}`;
  }
  return verdicts;
}

const allPassed = Object.fromEntries(ENTRANCES.map((entrance) => [entrance, 'TOTAL-PASSED']));

describe('a licence that was issued before', () => {
  it.each(SIGNERS)('passes after %s was revoked', async (name) => {
    const evidence = await issue();
    expect(await ask(evidence)).toEqual(allPassed);

    await revoke((await signers())[name]);
    expect(await ask(evidence)).toEqual(allPassed);
  });

  it('passes when every certificate that signed it has expired', async () => {
    const evidence = await issue({ validUntil: new Date('2040-01-01T00:00:00Z') });
    clock.advance(6 * 366 * 86_400_000);
    const { ofd, pdf, code } = await ask(evidence);

    expect([ofd, pdf, code]).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED', 'TOTAL-PASSED']);
  });

  it('passes after the seal maker was revoked', async () => {
    const evidence = await issue();
    await revoke(city.service.pki.sealMaker);

    expect(await ask(evidence)).toEqual(allPassed);
  });

  it('passes after the certification authorities were revoked', async () => {
    const evidence = await issue();
    for (const issuer of await city.service.pki.issuers()) {
      if (issuer.purpose === 'intermediateCa') await revoke(issuer);
    }

    expect(await ask(evidence)).toEqual(allPassed);
    expect(city.warnings).toEqual([]);
  });
});

describe('what is signed by a revoked key and not on the ledger', () => {
  it('fails, whatever time it claims', async () => {
    const request = { typeCode: type.typeCode };
    const unrecorded = await makeUnrecorded(city, request, { timeStamper: null });
    const keys = await signers();
    for (const name of SIGNERS) await revoke(keys[name]);

    expect(await ask(unrecorded)).toMatchObject({
      code: expect.stringMatching(/REVOKED/),
      ofd: expect.stringMatching(/REVOKED/),
      pdf: expect.stringMatching(/REVOKED/),
      credential: expect.stringMatching(/REVOKED/),
    });
  });
});

describe('a revoked key of the seal’s list', () => {
  it('is replaced, but the seal must be made anew to list the new one', async () => {
    await revoke((await signers()).documentSignerSm2);

    await expect(issue()).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });
});
