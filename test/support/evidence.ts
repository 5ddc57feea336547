/** Licences as verifiers meet them: code, identifier, both files, credential. */
import { prepareDocumentCode } from '../../service/src/credentials/documentCode.ts';
import type { Signer } from '../../service/src/keys/signer.ts';
import { draftLicence, type LicenceRequest } from '../../service/src/licences/draftLicence.ts';
import { putLicenceType } from '../../service/src/licences/licenceTypes.ts';
import type { LicenceParts } from '../../service/src/licences/parts.ts';
import { makeSeal } from '../../service/src/seals/makeSeal.ts';
import type { Licence, LicenceType, StagedIssue } from '../../service/src/store/store.ts';
import { buildRequest, TEST_ORGANISATIONS, TEST_TYPES, type TestService } from './testService.ts';

const DAY_MS = 86_400_000;

/** One licence through every entrance. */
export interface LicenceEvidence {
  readonly identifier: string;
  readonly code: string;
  readonly ofd: Uint8Array<ArrayBuffer>;
  readonly pdf: Uint8Array<ArrayBuffer>;
  readonly credential: string;
}

/** Adds a licence type with single approval and both formats, under a seal of its own. */
export async function addSealedType(
  { service, people }: TestService,
  suffix: string,
): Promise<LicenceType> {
  const now = service.clock.now().getTime();
  const { esId } = await makeSeal(service.seals, people.sealMaker, {
    holder: TEST_ORGANISATIONS.market,
    kind: 'licence',
    name: `南湖市市场监督管理局证照专用章${suffix}`,
    validFrom: new Date(now - 1000),
    validUntil: new Date(now + 1500 * DAY_MS),
  });
  const { fields, layout } = (await service.store.licenceTypes.find(TEST_TYPES.dual))!;
  const typeCode = `${TEST_ORGANISATIONS.market.creditCode}${suffix}`;
  return await putLicenceType(service.licences, people.maker, typeCode, {
    ...{ name: `许可证${suffix}`, fields, layout, sealEsId: esId },
    approval: 'single',
    formats: ['ofd', 'pdf'],
  });
}

/** What readers of an issued licence hold. */
export async function evidenceOf(
  { service }: TestService,
  { identifier }: Pick<Licence, 'identifier'>,
): Promise<LicenceEvidence> {
  const { licences } = service.store;
  const parts = (await licences.parts(identifier))!;
  const file = async (format: 'ofd' | 'pdf'): Promise<Uint8Array<ArrayBuffer>> =>
    Uint8Array.from((await licences.file(identifier, format)) ?? []);
  return {
    ...{ identifier, code: parts.codeText, credential: parts.credential },
    ofd: await file('ofd'),
    pdf: await file('pdf'),
  };
}

/** Makes a licence as an issue does, up to the point where it would be written: genuine, but nowhere recorded. */
export async function makeUnrecorded(
  { service, people }: TestService,
  request: Partial<LicenceRequest>,
  overrides: Partial<LicenceParts> = {},
): Promise<LicenceEvidence> {
  let staged: StagedIssue | null = null;
  const { store } = service.licences;
  const licences = {
    ...store.licences,
    stageIssue: (issue: StagedIssue) => {
      staged = issue;
      return Promise.reject(new Error('not to be written'));
    },
  };
  const parts = { ...service.licences, store: { ...store, licences }, ...overrides };
  await draftLicence(parts, people.maker, buildRequest(request, service.clock.now())).catch(
    () => undefined,
  );
  return evidenceOfStage(staged!);
}

function evidenceOfStage({ identifier, parts, files }: StagedIssue): LicenceEvidence {
  const file = (format: 'ofd' | 'pdf'): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(files.find((one) => one.format === format)?.bytes ?? []);
  return {
    ...{ identifier, code: parts.codeText, credential: parts.credential },
    ofd: file('ofd'),
    pdf: file('pdf'),
  };
}

/** A code for a licence, signed by whoever is named; its content is not what was issued. */
export async function forgeCode(
  { service }: TestService,
  licence: Licence,
  forgery: Readonly<{ signer: Signer; keyId?: string; issuer?: string }>,
): Promise<string> {
  const { signer, keyId = signer.keyId, issuer = licence.issuer } = forgery;
  const prepared = prepareDocumentCode({
    signer: { algorithm: signer.algorithm, keyId },
    publicUrl: service.publicUrl,
    issuer,
    issuedAt: service.clock.now(),
    subject: {
      kind: 'licence',
      typeCode: licence.typeCode,
      serial: licence.base.slice(licence.base.lastIndexOf('.') + 1),
      version: licence.version,
      contentDigest: '0'.repeat(32),
      holder: { name: '张三', kind: 'person' },
      validUntil: null,
      status: { list: 0, index: 0 },
    },
  });
  return prepared.complete(await signer.sign(prepared.toBeSigned)).text;
}
