import { formatIdentifier } from '../../../chaincode/src/codes.js';
import { creditCodeCheckCharacter } from '../../../chaincode/src/codes.js';
import type {
  ActBodies,
  AuthorityRole,
  DocumentDigest,
  DocumentFormat,
  LicenceBody,
  Mandate,
  SealBody,
  SignedAct,
} from '../../../chaincode/src/act.js';
import { contractFixture, signAct } from './contractFixture.js';
import type { ContractFixture, TestAuthority } from './contractFixture.js';
import { makeTestKey } from './testKeys.js';

export const TYPE = '11100000000013338W011';
export const DUAL_TYPE = '11100000000013338W032';
export const ES_ID = 'seal-1';

export interface City extends ContractFixture {
  readonly registrar: TestAuthority;
  readonly sealMaker: TestAuthority;
  readonly issuer: TestAuthority;
  readonly otherIssuer: TestAuthority;
  readonly operator: TestAuthority;
}

/** A ledger with five authorities, two licence types (`single` with an OFD, `dual` with OFD and PDF) and the issuer's seal. */
export async function cityFixture(mandate: Partial<Mandate> = {}): Promise<City> {
  const fixture = await contractFixture();
  const names = ['registrar', 'sealMaker', 'issuer', 'otherIssuer', 'operator'] as const;
  const authorities = await Promise.all(names.map((_, index) => makeAuthority(index + 1)));
  const [registrar, sealMaker, issuer, otherIssuer, operator] = authorities as [
    TestAuthority,
    TestAuthority,
    TestAuthority,
    TestAuthority,
    TestAuthority,
  ];
  const registrations = [
    registration(registrar, registrar, ['registrar']),
    registration(registrar, sealMaker, ['sealMaker']),
    registration(registrar, issuer, ['issuer']),
    registration(registrar, otherIssuer, ['issuer']),
    registration(registrar, operator, ['operator']),
  ];
  await mustRecord(fixture, registrations);
  await mustRecord(fixture, [
    signAct(operator, 'catalogue.putLicenceType', licenceType(TYPE, 'single', ['ofd'])),
    signAct(operator, 'catalogue.putLicenceType', licenceType(DUAL_TYPE, 'dual', ['ofd', 'pdf'])),
  ]);
  const seal = buildSeal(issuer, { mandate: { ...buildMandate(), ...mandate } });
  await mustRecord(fixture, [
    signAct(sealMaker, 'seal.make', seal, { at: '2026-01-01T00:00:00.000Z' }),
  ]);
  return { ...fixture, registrar, sealMaker, issuer, otherIssuer, operator };
}

/** An authority with an act key, not registered. */
export async function makeAuthority(number: number): Promise<TestAuthority> {
  return { creditCode: creditCode(number), key: await makeTestKey() };
}

/** Some right credit code. */
export function creditCode(number: number): string {
  const first = `11${String(number).padStart(15, '0')}`;
  return first + creditCodeCheckCharacter(first);
}

export function registration(
  registrar: TestAuthority,
  authority: TestAuthority,
  roles: readonly AuthorityRole[],
): SignedAct<'authority.register'> {
  return signAct(registrar, 'authority.register', {
    creditCode: authority.creditCode,
    name: `authority ${authority.creditCode}`,
    parent: registrar === authority ? null : registrar.creditCode,
    roles,
    keys: [{ purpose: 'act', certificate: authority.key.certificate }],
  });
}

/** Without limits, documents allowed. */
export function buildMandate(overrides: Partial<Mandate> = {}): Mandate {
  return {
    licenceTypes: null,
    validFrom: null,
    validUntil: null,
    usesPerDay: null,
    requiresSecondPerson: false,
    allowsDocuments: true,
    ...overrides,
  };
}

export function buildSeal(holder: TestAuthority, overrides: Partial<SealBody> = {}): SealBody {
  return {
    esId: ES_ID,
    holder: holder.creditCode,
    kind: 'official',
    name: 'Seal of the issuer',
    file: { sha256: digest(1), sm3: digest(2) },
    makerCertificate: digest(3),
    signerCertificates: [digest(4)],
    validFrom: '2026-01-01T00:00:00.000Z',
    validUntil: '2026-12-31T15:59:59.999Z',
    mandate: buildMandate(),
    ...overrides,
  };
}

export interface LicenceOptions extends Partial<LicenceBody> {
  readonly typeCode?: string;
  readonly serial?: string;
  readonly version?: number;
}

/** An issue by the issuer; `dual` types get both documents. */
export function buildLicence(
  issuer: TestAuthority,
  { typeCode = TYPE, serial = '1', version = 1, ...overrides }: LicenceOptions = {},
): LicenceBody {
  return {
    identifier: identifier(issuer, { typeCode, serial, version }),
    documents: (typeCode === TYPE ? ['ofd'] : ['ofd', 'pdf']).map((format) =>
      buildDocument(format as DocumentFormat),
    ),
    contentDigest: digest(5),
    codeDigest: digest(6),
    credentialDigest: digest(7),
    holderCommitment: digest(8),
    validFrom: '2026-01-01T00:00:00.000Z',
    validUntil: null,
    status: { list: 0, index: version },
    sealSignature: { esId: ES_ID, signatureDigests: [digest(9)] },
    ...overrides,
  };
}

export function identifier(
  issuer: TestAuthority,
  { typeCode = TYPE, serial = '1', version = 1 }: LicenceOptions = {},
): string {
  return formatIdentifier({ typeCode, issuer: issuer.creditCode, serial, version });
}

export function base(issuer: TestAuthority, serial = '1', typeCode = TYPE): string {
  return `${typeCode}.${issuer.creditCode}.${serial}`;
}

export function buildDocument(format: DocumentFormat, seed = 10): DocumentDigest {
  return { format, sha256: digest(seed), sm3: digest(seed + 1), size: 1000 };
}

/** 64 lower-case hex digits. */
export function digest(seed: number): string {
  return seed.toString(16).padStart(64, '0');
}

export function licenceType(
  typeCode: string,
  approval: 'single' | 'dual',
  formats: readonly DocumentFormat[],
  version = 1,
): ActBodies['catalogue.putLicenceType'] {
  return { typeCode, version, name: 'A licence', approval, formats, definitionDigest: digest(20) };
}

/** Submits acts that a test takes for granted. */
export async function mustRecord(
  fixture: ContractFixture,
  acts: readonly SignedAct[],
): Promise<void> {
  const { outcomes } = await fixture.submit(acts);
  const refusal = outcomes.find(({ outcome }) => outcome === 'refused');
  if (refusal !== undefined) throw new Error(JSON.stringify(refusal));
}
