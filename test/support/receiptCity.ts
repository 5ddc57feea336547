/** Receipts of a test city, made as the redemption of a code makes them: uses first, then the receipt, in one step. */
import { prepareDisclosure } from '../../service/src/disclosure/prepareDisclosure.ts';
import { signersFor } from './anchoring.ts';
import { issueReceipt } from '../../service/src/receipts/issueReceipt.ts';
import {
  newReceiptId,
  type ReceiptFacts,
  type ReceiptLicenceFacts,
} from '../../service/src/receipts/receipt.ts';
import { anchorPendingUses } from '../../service/src/usage/anchorUses.ts';
import { TEST_MATTER, TEST_PURPOSE, TEST_WINDOW } from './copyCity.ts';
import { TEST_ORGANISATIONS, TEST_PERSON, type TestService } from './testService.ts';

/** What was seen of each licence. */
export interface SeenLicence {
  readonly identifier: string;
  readonly fields: readonly string[];
}

/** Discloses, records the uses, signs the receipt and keeps it. */
export async function makeReceipt(
  { service, people }: TestService,
  seen: readonly SeenLicence[],
  overrides: Partial<ReceiptFacts> = {},
): Promise<{ readonly id: string; readonly jws: string; readonly facts: ReceiptFacts }> {
  const { store, clock } = service;
  const at = clock.now();
  const id = newReceiptId(at);
  const common = {
    ...{ at, id, organisation: TEST_ORGANISATIONS.hall, caseId: null, legalBasis: null },
    window: { code: TEST_WINDOW.code, name: TEST_WINDOW.name },
    clerk: { accountId: people.clerk.id, displayName: '王窗口' },
    ...{ matter: TEST_MATTER, purpose: TEST_PURPOSE },
    holderHash: store.holders.holderHash(TEST_PERSON),
    ...overrides,
  };
  const licences: ReceiptLicenceFacts[] = [];
  for (const { identifier, fields } of seen) {
    licences.push(await look(service, common, { identifier, fields }));
  }
  const facts = { ...common, licences };
  const { jws, row } = await issueReceipt(service.receipts, facts);
  for (const { use } of licences) await store.usage.append(use);
  await store.receipts.add(row);
  return { id, jws, facts };
}

async function look(
  { verification, store }: TestService['service'],
  facts: Omit<ReceiptFacts, 'licences'> & { readonly id: string },
  { identifier, fields }: SeenLicence,
): Promise<ReceiptLicenceFacts> {
  const { window, clerk, matter, purpose } = facts;
  const disclosed = await prepareDisclosure(verification, {
    ...{ identifier, fields, kind: 'presentation', language: 'en' },
    context: {
      ...{ channel: 'window', window: window?.code ?? null, clerk: clerk.accountId },
      ...{ matter: matter?.code ?? null, purpose },
    },
    details: { receipt: facts.id },
  });
  const { report, fields: shown, use } = disclosed;
  const { indication, subIndication } = report;
  const { typeCode } = (await store.licences.facts(identifier))!;
  const typeName = (await store.licenceTypes.find(typeCode))!.name;
  return { identifier, typeCode, typeName, indication, subIndication, fields: shown, use };
}

/** Puts every pending use on the ledger. */
export async function anchorAll(city: TestService): Promise<void> {
  const { store, clock } = city.service;
  const parts = await signersFor(city);
  await anchorPendingUses({ clock, usage: store.usage, ...parts });
}
