/** The face of the ledger's rules to the service: types, rules, codes. No contract, no Fabric import. */
export { ACT_REASONS, CONTRACT_NAMES, contractOf, TRUST_PURPOSES } from './act.js';
export type {
  Act,
  ActAuthor,
  ActBodies,
  ActName,
  ActNameOf,
  ActOutcome,
  ActPosition,
  ActReason,
  AuthorityRole,
  ContractName,
  DigestPair,
  DocumentDigest,
  DocumentFormat,
  LedgerKey,
  LedgerKeyPurpose,
  LicenceBody,
  LicenceLifecycleBody,
  LicenceSuccessionBody,
  Mandate,
  SealBody,
  SealLifecycleBody,
  SignedAct,
  StatusPlace,
  TrustPurpose,
  TrustScope,
} from './act.js';
export type {
  ActRecord,
  AuthorityKey,
  AuthorityRecord,
  BatchRecord,
  GenesisRecord,
  LicenceRecord,
  LicenceTypeRecord,
  LicenceVersionRecord,
  MandateRecord,
  MatterRecord,
  SealDayRecord,
  SealedDocumentRecord,
  SealRecord,
  SealStatusRecord,
  SuccessorRecord,
  TrustAnchorRecord,
  TrustEntryRecord,
  TrustListRecord,
} from './records.js';
export { statePlaces } from './statePlaces.js';
export type { StatePlace } from './statePlaces.js';
export {
  changeInForce,
  LICENCE_STATES,
  LICENCE_TRANSITIONS,
  nextState,
  SEAL_STATES,
  SEAL_TRANSITIONS,
} from './transitions.js';
export type {
  LicenceLifecycleAct,
  LicenceState,
  LicenceSuccessionAct,
  SealLifecycleAct,
  SealState,
  Transition,
} from './transitions.js';
export {
  citizenIdCheckCharacter,
  creditCodeCheckCharacter,
  formatBase,
  formatIdentifier,
  formatVersion,
  IDENTIFIER_ROOT,
  identifierCheckCharacter,
  isCitizenId,
  isCreditCode,
  isLicenceSerial,
  isTypeCode,
  MAX_LICENCE_VERSION,
  parseBase,
  parseIdentifier,
} from './codes.js';
export type { LicenceBase, LicenceIdentifier } from './codes.js';
export { canonicalBytes, canonicalise, parseCanonical } from './canonicalJson.js';
export {
  consistencyProof,
  HASH_BYTES,
  inclusionPath,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.js';
export type { ConsistencyClaim, InclusionClaim } from './merkle.js';
export { CONTRACT_ERROR_CODES, ContractError, parseContractError } from './errors.js';
export type { ContractErrorCode } from './errors.js';
export { effectiveTime, MAX_CLOCK_LEAD_MS, requireSecondPerson } from './access.js';
export { fingerprintOf, requireActSignature } from './actSignature.js';
export { MAX_LEAVES } from './actSchema.js';
export { encodeBatch, MAX_ACTS, MAX_BATCH_CHARACTERS, parseBatch } from './parseBatch.js';
export type { ParsedAct } from './parseBatch.js';
export { BATCH_EVENT } from './batch.js';
export type { BatchEvent } from './batch.js';
export type { KeyChange, KeyParts } from './readState.js';
export { replaceKey, setRoles } from './authority/authority.js';
export { requireTrustAnchorCertificate, requireTrustScope } from './authority/trustAnchor.js';
export { requireMandate, requireWithinMandate, shanghaiDay } from './seal/mandate.js';
export type { SealUse } from './seal/mandate.js';
export {
  changeSealState,
  makeSeal,
  requireUsableSeal,
  setMandate,
  supersedeSeal,
} from './seal/seal.js';
export type { SealFacts } from './seal/seal.js';
export {
  changeLicenceState,
  issueLicence,
  putDocument,
  requireTransferable,
  succeedLicence,
} from './licence/licence.js';
export type { NewVersion, PredecessorFacts, VersionFacts } from './licence/licence.js';
export { putLicenceType, putMatter } from './catalogue/catalogue.js';
export { leavesRoot, requireRecallable } from './usage/usage.js';
