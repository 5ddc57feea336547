import type { Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import {
  AUDIT_MANIFEST_TYPE,
  exportRoot,
  MAX_EXPORT_RECORDS,
  toExportFile,
  toManifestPayload,
  type ExportScope,
} from '../credentials/auditExport.ts';
import { signJws } from '../credentials/jws.ts';
import { ServiceError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { AuthorityName, AuthoritySigners } from '../pki/cityPki.ts';
import { proveUses } from '../proofs/proofs.ts';
import type { Store, StoredUsage, UsageFilter } from '../store/store.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { recordUse } from '../usage/recordUse.ts';
import { ulid } from '../ulid.ts';

export interface ExportParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'accounts' | 'usage' | 'stampedCheckpoints'>;
  readonly ledger: Ledger;
  readonly trust: TrustStore;
  readonly signersOf: (creditCode: string) => Promise<AuthoritySigners>;
  readonly operator: AuthorityName;
}

export interface UseExport {
  readonly id: string;
  /** JSON that verifies by itself. */
  readonly file: object;
}

const PAGE = 200;
/** Beyond so many, how many there are is not counted. */
const MAX_COUNTED = 100_000;

/**
 * Writes the uses of a span of time into a file that verifies without us. The look is a use itself: each holder whose
 * uses are in the file finds it before the file leaves.
 *
 * @param scope - `clerk`: user name or account id.
 * @throws ServiceError `REQUEST_MALFORMED` for a span that ends before it begins; `EXPORT_TOO_LARGE` naming how many there
 * are; `PROOF_NOT_READY`, `STORE_UNAVAILABLE`, `KEY_UNFIT`.
 */
export async function exportUses(
  parts: ExportParts,
  principal: Principal,
  asked: ExportScope,
): Promise<UseExport> {
  const { clock, store, operator } = parts;
  if (asked.from > asked.to) {
    throw new ServiceError('REQUEST_MALFORMED', 'from is after to', {
      faults: [{ pointer: '/from', detail: 'is after `to`' }],
    });
  }
  const { clerk } = asked;
  const account = clerk === undefined ? null : await store.accounts.findByUsername(clerk);
  const scope = clerk === undefined ? asked : { ...asked, clerk: account?.id ?? clerk };
  const found = await findAll(store, scope);
  const anchored = found.filter(({ anchor }) => anchor !== null);
  const evidence = await proveUses(parts, anchored);
  const at = clock.now();
  const id = ulid(at);
  const { credentialSigner } = await parts.signersOf(operator.creditCode);
  const manifest = {
    ...{ id, issuer: operator, at, scope, checkpoint: evidence.checkpoint },
    ...{ records: anchored.length, pending: found.length - anchored.length },
    root: exportRoot(evidence),
  };
  const payload = toManifestPayload(manifest);
  const signed = await signJws(AUDIT_MANIFEST_TYPE, payload, credentialSigner);
  await recordExport(parts, principal, { id, uses: anchored });
  return { id, file: toExportFile(signed, evidence) };
}

async function findAll(
  { usage }: ExportParts['store'],
  { from, to, ...filters }: ExportScope,
): Promise<readonly StoredUsage[]> {
  const until = new Date(to.getTime() + 1);
  const named = Object.entries(filters).filter(([, value]) => value !== undefined);
  const filter: UsageFilter = { ...Object.fromEntries(named), from, until };
  const count = await usage.count(filter, MAX_COUNTED);
  if (count > MAX_EXPORT_RECORDS) {
    const counted = count < MAX_COUNTED ? `${count}` : `${MAX_COUNTED} or more`;
    throw new ServiceError(
      'EXPORT_TOO_LARGE',
      `${counted} records were asked for; one export holds at most ${MAX_EXPORT_RECORDS}: ask for fewer days`,
    );
  }
  const found: StoredUsage[] = [];
  let cursor: string | null = null;
  do {
    const page = { limit: PAGE, ...(cursor === null ? {} : { cursor }) };
    const { items, nextCursor } = await usage.list(filter, page);
    found.push(...items);
    cursor = nextCursor;
  } while (cursor !== null && found.length < MAX_EXPORT_RECORDS);
  return found.slice(0, MAX_EXPORT_RECORDS);
}

/** One record a holder, and one without a holder for the export itself. */
async function recordExport(
  { clock, store: { usage } }: ExportParts,
  principal: Principal,
  { id, uses }: Readonly<{ id: string; uses: readonly StoredUsage[] }>,
): Promise<void> {
  const holders = new Set([null, ...uses.map(({ holderHash }) => holderHash)]);
  await Promise.all(
    [...holders].map((holderHash) =>
      recordUse(
        { clock, usage },
        {
          ...{ kind: 'lookup', outcome: 'answered', reason: null },
          subject: { kind: 'uses-export', identifier: id },
          ...{ licence: null, esId: null, indication: null, holderHash },
        },
        { channel: 'audit', window: null, clerk: principal.id, matter: null, purpose: null },
      ),
    ),
  );
}
