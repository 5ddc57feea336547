/** Shapes of acts: every member, its form and its bounds. What codes and times mean is asked by the rules. */
import { ACT_REASONS, TRUST_PURPOSES } from './act.js';
import type { ActName } from './act.js';
import {
  boolean,
  instant,
  integer,
  list,
  nullable,
  object,
  oneOf,
  pattern,
  text,
} from './schema.js';
import type { Check } from './schema.js';

export const MAX_LEAVES = 4096;

const FORMATS = ['ofd', 'pdf'];
const ROLES = ['registrar', 'operator', 'sealMaker', 'issuer', 'auditor'];

const digest = pattern(/^[0-9a-f]{64}$/);
const creditCode = pattern(/^[0-9A-Z]{18}$/);
const typeCode = pattern(/^[0-9A-Z]{21}$/);
const esId = pattern(/^[A-Za-z0-9._-]{1,64}$/);
const identifier = pattern(/^[0-9A-Z.]{60,100}$/);
const certificate = pattern(/^[A-Za-z0-9+/]{100,8190}={0,2}$/);
const person = pattern(/^[0-9a-f]{32,128}$/);
const catalogueCode = pattern(/^[0-9A-Za-z._-]{1,64}$/);
const catalogueVersion = integer(1, 1_000_000);
const name = text(200);
const reason = oneOf(ACT_REASONS);

const ledgerKey = object({ purpose: oneOf(['act', 'code', 'credential']), certificate });
const roles = list(oneOf(ROLES), 0, ROLES.length);
const document = object({
  format: oneOf(FORMATS),
  sha256: digest,
  sm3: digest,
  size: integer(1, 2 ** 40),
});

const mandate = object({
  licenceTypes: nullable(list(typeCode, 0, 500)),
  validFrom: nullable(instant),
  validUntil: nullable(instant),
  usesPerDay: nullable(integer(1, 100_000_000)),
  requiresSecondPerson: boolean,
  allowsDocuments: boolean,
});

const trustScope = object({
  purposes: list(oneOf(TRUST_PURPOSES), 1, TRUST_PURPOSES.length),
  sealKinds: nullable(list(text(32), 1, 50)),
  licenceTypes: nullable(list(typeCode, 1, 500)),
  from: instant,
  until: nullable(instant),
});

const sealBody = {
  esId,
  holder: creditCode,
  kind: text(32),
  name,
  file: object({ sha256: digest, sm3: digest }),
  makerCertificate: digest,
  signerCertificates: list(digest, 1, 16),
  validFrom: instant,
  validUntil: instant,
  mandate,
};
const sealLifecycle = object({ esId, reason, effectiveFrom: nullable(instant) });

const licenceBody = {
  identifier,
  documents: list(document, 1, FORMATS.length),
  contentDigest: digest,
  codeDigest: digest,
  credentialDigest: digest,
  holderCommitment: digest,
  validFrom: instant,
  validUntil: nullable(instant),
  status: object({ list: integer(0, 2 ** 31), index: integer(0, 2 ** 31) }),
  sealSignature: object({ esId, signatureDigests: list(digest, 1, 8) }),
};
const licenceSuccession = object({ ...licenceBody, predecessor: identifier });
const licenceLifecycle = object({ identifier, reason, effectiveFrom: nullable(instant) });
const leaves = list(digest, 1, MAX_LEAVES);

const BODIES: Readonly<Record<ActName, Check>> = {
  'authority.register': object({
    creditCode,
    name,
    parent: nullable(creditCode),
    roles,
    keys: list(ledgerKey, 0, 16),
  }),
  'authority.setRoles': object({ creditCode, roles }),
  'authority.replaceKey': object({ creditCode, retiredKeyId: nullable(digest), key: ledgerKey }),
  'authority.putTrustAnchor': object({ certificate, name, scope: trustScope }),
  'authority.withdrawTrustAnchor': object({
    fingerprint: digest,
    reason,
    effectiveFrom: nullable(instant),
  }),
  'seal.make': object(sealBody),
  'seal.renew': object({ ...sealBody, predecessor: esId }),
  'seal.setMandate': object({ esId, mandate }),
  'seal.suspend': sealLifecycle,
  'seal.reinstate': sealLifecycle,
  'seal.revoke': sealLifecycle,
  'seal.signDocument': object({
    esId,
    format: oneOf(FORMATS),
    document,
    signatureDigest: digest,
    codeDigest: nullable(digest),
  }),
  'seal.putDocument': object({ esId, earlier: digest, document }),
  'licence.issue': object(licenceBody),
  'licence.change': licenceSuccession,
  'licence.renew': licenceSuccession,
  'licence.transferIn': licenceSuccession,
  'licence.suspend': licenceLifecycle,
  'licence.reinstate': licenceLifecycle,
  'licence.cancel': licenceLifecycle,
  'licence.revoke': licenceLifecycle,
  'licence.withdraw': licenceLifecycle,
  'licence.lapse': licenceLifecycle,
  'licence.transferOut': licenceLifecycle,
  'licence.putDocument': object({ identifier, document }),
  'usage.anchor': object({ leaves }),
  'usage.recall': object({ identifier, leaves }),
  'catalogue.putLicenceType': object({
    typeCode,
    version: catalogueVersion,
    name,
    approval: oneOf(['single', 'dual']),
    formats: list(oneOf(FORMATS), 1, FORMATS.length),
    definitionDigest: digest,
  }),
  'catalogue.putMatter': object({
    code: catalogueCode,
    version: catalogueVersion,
    name,
    definitionDigest: digest,
  }),
};

const author = object(
  { authority: creditCode, keyId: digest, maker: person },
  { approver: person },
);

/** Members of an act that do not depend on its name. */
const envelope = {
  schemaVersion: oneOf([1]),
  id: pattern(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/), // ULID
  at: instant,
  by: author,
};

/** A signed act of each name; the signature is checked for its form only. */
export const SIGNED_ACT_SCHEMAS: ReadonlyMap<string, Check> = new Map(
  Object.entries(BODIES).map(([act, body]) => [
    act,
    object({
      act: object({ act: oneOf([act]), ...envelope, body }),
      signature: pattern(/^[A-Za-z0-9_-]{85}[AQgw]$/), // 64 bytes, base64url, unused bits zero
    }),
  ]),
);
