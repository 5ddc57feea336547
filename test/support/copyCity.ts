/** What annotated copies need of a test city: a window, its organisation's service seal, receipts. */
import { registerAuthority } from '../../service/src/authorities/registerAuthority.ts';
import type { CopyOrder, CopyParts } from '../../service/src/copies/annotatedCopy.ts';
import type { Service } from '../../service/src/composition/openService.ts';
import { makeSeal } from '../../service/src/seals/makeSeal.ts';
import type { Licence, ReceiptLicence } from '../../service/src/store/store.ts';
import { ulid } from '../../service/src/ulid.ts';
import { PUBLIC_USE } from '../../service/src/usage/recordUse.ts';
import { TEST_ORGANISATIONS, type TestService } from './testService.ts';

export const TEST_WINDOW = {
  code: 'W01',
  name: '综合窗口1号',
  organisation: TEST_ORGANISATIONS.hall.creditCode,
} as const;
export const TEST_MATTER = { code: 'M-0001', name: '食品经营许可变更' } as const;
export const TEST_PURPOSE = '食品经营许可变更登记';

const DAY_MS = 86_400_000;

/** Adds window, matter, and the hall's seal. @returns its esId. */
export async function addServiceSeal({ service, people, config }: TestService): Promise<string> {
  const { store, clock } = service;
  await registerAuthority(service.authorities, {
    organisation: {
      ...TEST_ORGANISATIONS.hall,
      ...{ parent: config.operator.creditCode, kind: 'serviceHall' },
    },
    roles: ['issuer'],
    registrar: config.operator.creditCode,
    maker: '0'.repeat(64),
  });
  await store.windows.add(TEST_WINDOW);
  await store.matters.put([{ ...TEST_MATTER, version: 1, definition: {}, updatedAt: clock.now() }]);
  const now = clock.now().getTime();
  const { esId } = await makeSeal(service.seals, people.sealMaker, {
    holder: TEST_ORGANISATIONS.hall,
    ...{ kind: 'windowService', name: '南湖市政务服务中心窗口业务专用章' },
    ...{ validFrom: new Date(now - 1000), validUntil: new Date(now + 1500 * DAY_MS) },
  });
  return esId;
}

export function copyParts({ licences, verification }: Service): CopyParts {
  return { licences, verification };
}

/** An order that needs no receipt. */
export function buildCopyOrder(
  { service, people }: TestService,
  { identifier }: Pick<Licence, 'identifier'>,
  overrides: Partial<CopyOrder> = {},
): CopyOrder {
  return {
    ...{ identifier, format: 'ofd', fields: 'all', purpose: TEST_PURPOSE, matter: TEST_MATTER },
    organisation: TEST_ORGANISATIONS.hall,
    window: { code: TEST_WINDOW.code, name: TEST_WINDOW.name },
    validUntil: new Date(service.clock.now().getTime() + 30 * DAY_MS),
    receiptId: null,
    requesterId: people.clerk.id,
    context: { ...PUBLIC_USE, channel: 'window', clerk: people.clerk.id },
    ...{ details: {}, language: 'en' },
    ...overrides,
  };
}

/** Keeps a receipt of a licence as the redemption of a code does. @returns its id. */
export async function addReceipt(
  { service, people }: TestService,
  licence: Licence,
  overrides: Partial<ReceiptLicence> = {},
): Promise<string> {
  const at = service.clock.now();
  const id = ulid(at);
  await service.store.receipts.add({
    ...{ id, at, clerkId: people.clerk.id, organisation: TEST_ORGANISATIONS.hall.creditCode },
    ...{ window: TEST_WINDOW.code, matter: TEST_MATTER.code, purpose: TEST_PURPOSE, caseId: null },
    holderHash: licence.holderHash,
    licences: [
      {
        ...{
          identifier: licence.identifier,
          typeCode: licence.typeCode,
          typeName: '食品经营许可证',
        },
        ...{ indication: 'TOTAL-PASSED', subIndication: null, fields: ['holderName', 'premises'] },
        use: { record: id, leaf: '0'.repeat(64) },
        ...overrides,
      },
    ],
    ...{ jws: 'not looked at', saltSecret: new Uint8Array(32) },
  });
  return id;
}
