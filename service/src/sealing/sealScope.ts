/** Which seals an anchor of others is trusted for. */
import type { Certificate } from '../pki/certificate.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { indeterminate, passed, type Check } from '../report.ts';
import type { SealFacts } from './seal.ts';
import type { SealKind } from './sealKinds.ts';

const PERSON = 2; // GM/T 0031-2014 §6.2: property.type; other numbers are each vendor's own

/** Endings of seals' names, as they stand under the star; the first that fits counts. */
const NAME_ENDINGS: readonly { readonly ending: RegExp; readonly kind: SealKind | null }[] = [
  { ending: /财务(?:专用)?章$/u, kind: 'finance' },
  { ending: /合同(?:专用)?章$/u, kind: 'contract' },
  { ending: /(?:法定代表人|法人|负责人)[^章]{0,4}章$/u, kind: 'legalRepresentative' },
  { ending: /证照(?:专用)?章$/u, kind: 'licence' },
  { ending: /(?:窗口|业务|政务服务)[^章]{0,8}章$/u, kind: 'windowService' },
  { ending: /专用章$/u, kind: null }, // of a kind that has no name here
  { ending: /(?:公|印|行政)章$/u, kind: 'official' },
  { ending: /.{5}[^章]$/u, kind: 'official' }, // it bears the body's name alone; shorter ones may be persons'
];

/** @returns the kind that a seal's name tells; null if it tells none. */
export function sealKindOf({ name, type }: Pick<SealFacts, 'name' | 'type'>): SealKind | null {
  if (type === PERSON) return null;
  const plain = name
    .normalize('NFKC')
    .replaceAll(/\s/gu, '')
    .replace(/\([^()]{1,16}\)$/u, ''); // the number of one of several alike
  return NAME_ENDINGS.find(({ ending }) => ending.test(plain))?.kind ?? null;
}

/**
 * Asks whether an anchor of another city is trusted for this kind of seal.
 *
 * @returns nothing for an anchor without such a limit.
 */
export function checkSealScope(
  seal: Pick<SealFacts, 'name' | 'type'>,
  { scopes }: TrustStore,
  anchor: Certificate | null,
): readonly Check[] {
  const allowed = anchor === null ? null : (scopes?.get(anchor.fingerprint)?.sealKinds ?? null);
  if (allowed === null) return [];
  const kind = sealKindOf(seal);
  const scope = `its anchor is trusted for seals of the kinds ${allowed.join(', ')}`;
  return [
    kind !== null && allowed.includes(kind)
      ? passed('seal.scope', `${scope}; this one is ${kind}`)
      : indeterminate(
          'seal.scope',
          'NO_CERTIFICATE_CHAIN_FOUND',
          `${scope}, not for ${kind ?? 'a kind that its name does not tell'}`,
        ),
  ];
}
