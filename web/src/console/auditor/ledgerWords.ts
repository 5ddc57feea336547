/** Words for names that the ledger and its certificates use. */
import { t } from './ledgerTexts.ts';

const ACTS = [
  ...(['authority.register', 'authority.setRoles', 'authority.replaceKey'] as const),
  ...(['authority.putTrustAnchor', 'authority.withdrawTrustAnchor'] as const),
  ...(['seal.make', 'seal.renew', 'seal.setMandate', 'seal.suspend', 'seal.reinstate'] as const),
  ...(['seal.revoke', 'seal.signDocument', 'seal.putDocument'] as const),
  ...(['licence.issue', 'licence.change', 'licence.renew', 'licence.transferIn'] as const),
  ...(['licence.suspend', 'licence.reinstate', 'licence.cancel', 'licence.revoke'] as const),
  ...(['licence.withdraw', 'licence.lapse', 'licence.transferOut', 'licence.putDocument'] as const),
  ...(['usage.anchor', 'usage.recall'] as const),
  ...(['catalogue.putLicenceType', 'catalogue.putMatter'] as const),
];

export function ledgerActWord(name: string): string {
  const known = ACTS.find((one) => one === name);
  return known === undefined ? name : t(`acts.${known}`);
}

const PURPOSES = [
  ...(['rootCa', 'intermediateCa', 'act', 'codeSigner', 'credentialSigner', 'node'] as const),
  ...(['sealMaker', 'documentSigner', 'timeStamper', 'personalSigner'] as const),
];

/** What a certificate is for. */
export function purposeWord(name: string): string {
  const known = PURPOSES.find((one) => one === name);
  return known === undefined ? name : t(`organisations.purposes.${known}`);
}
