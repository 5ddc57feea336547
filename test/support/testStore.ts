/** A real store on a file in a temporary folder, and rows to put into it. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  formatBase,
  formatIdentifier,
  type Act,
  type ActName,
  type SignedAct,
} from '@yinxin/chaincode/model';
import type { Clock } from '../../service/src/clock.ts';
import { deriveFieldKeys } from '../../service/src/store/fieldEncryption.ts';
import { openStore, type StoreOptions } from '../../service/src/store/prismaStore.ts';
import type {
  Account,
  Licence,
  NewDraft,
  Seal,
  StagedIssue,
  Store,
  UsageRecord,
} from '../../service/src/store/store.ts';
import { ulid } from '../../service/src/ulid.ts';

/** The instant at which test stores live unless told otherwise. */
export const STORE_NOW = new Date('2026-03-01T00:00:00Z');

/** Not secret: only test files are encrypted with it. */
export const STORE_MASTER_KEY = new Uint8Array(32).fill(7);

export interface TestStore {
  readonly store: Store;
  /** Folder of the database file and what stands beside it. */
  readonly folder: string;
  readonly url: string;
  /** Opens the same file once more, as a second process would. */
  reopen(): Promise<Store>;
  /** Closes the store and removes the folder; stores made by `reopen` are closed too. */
  remove(): Promise<void>;
}

/** Opens an empty store. @param clock - stands at {@link STORE_NOW} by default. */
export async function testStore(
  clock: Clock = { now: () => STORE_NOW },
  options: Pick<StoreOptions, 'deliversNotices'> = {},
): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), 'yinxin-store-'));
  const url = `file:${join(folder, 'store.sqlite')}`;
  const fieldKeys = deriveFieldKeys(STORE_MASTER_KEY);
  const opened: Store[] = [];
  const reopen = async (): Promise<Store> => {
    const store = await openStore({ url, fieldKeys, clock, ...options });
    opened.push(store);
    return store;
  };
  return {
    store: await reopen(),
    folder,
    url,
    reopen,
    remove: async () => {
      for (const store of opened) await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export const TEST_TYPE = '11100000000013338W032';
export const TEST_ISSUER = '11220000013544541J';
export const TEST_HOLDER = { name: '欧阳静宜', code: '110105194912310021', codeType: '111' };

/** A draft of a fresh serial; `identifier` and `base` follow `serial` and `version`. */
export function buildDraft(overrides: Partial<NewDraft> & { serial?: string } = {}): NewDraft {
  const { serial = `T${randomBytes(6).toString('hex').toUpperCase()}`, ...rest } = overrides;
  const named = { typeCode: TEST_TYPE, issuer: TEST_ISSUER, serial };
  const version = rest.version ?? 1;
  return {
    identifier: formatIdentifier({ ...named, version }),
    base: formatBase(named),
    typeCode: TEST_TYPE,
    typeVersion: 1,
    issuer: TEST_ISSUER,
    version,
    holder: TEST_HOLDER,
    fields: { scope: '餐饮服务', seats: 40 },
    validFrom: new Date('2026-01-01T00:00:00Z'),
    validUntil: new Date('2030-01-01T00:00:00Z'),
    makerId: 'maker-account',
    createdAt: STORE_NOW,
    operation: 'issue',
    supersedes: null,
    ...rest,
  };
}

/** Everything for staging; its act is not really signed. */
export function buildStagedIssue(
  overrides: Partial<StagedIssue> & { serial?: string } = {},
): StagedIssue {
  const draft = buildDraft(overrides);
  const file = new TextEncoder().encode(`OFD of ${draft.identifier}`);
  const documents = [
    { format: 'ofd', sha256: 'a'.repeat(64), sm3: 'b'.repeat(64), size: file.length },
  ] as const;
  const rest = { ...overrides };
  delete rest.serial;
  return {
    ...draft,
    approverId: null,
    documents,
    files: [{ format: 'ofd', bytes: file }],
    contentDigest: 'c'.repeat(64),
    status: { list: 0, index: 1 },
    parts: { codeText: 'YX1.0123', credential: 'eyJ.e30.c2ln~', holderSalt: 'd'.repeat(32) },
    act: buildAct('licence.issue', { identifier: draft.identifier }),
    ...rest,
  };
}

/** A draft that was read back, as its approver stages it. */
export function stagedApproval(draft: Licence, approverId: string): StagedIssue {
  const { holder, fields, makerId } = draft;
  if (holder === null || fields === null || makerId === null) throw new Error('no whole draft');
  const { identifier, base, version, createdAt, validFrom, validUntil, supersedes } = draft;
  const content = { holder, fields, makerId, validFrom, validUntil, supersedes };
  return buildStagedIssue({ ...content, identifier, base, version, createdAt, approverId });
}

/** An act in form only: the store keeps acts as they come. */
export function buildAct(act: ActName, body: object, at = STORE_NOW): SignedAct {
  const by = { authority: TEST_ISSUER, keyId: 'e'.repeat(64), maker: 'f'.repeat(64) };
  return {
    act: { act, schemaVersion: 1, id: ulid(at), at: at.toISOString(), by, body } as Act,
    signature: 'c2lnbmF0dXJl',
  };
}

type NewSeal = Omit<Seal, 'ledger' | 'actId' | 'state' | 'supersededBy'>;

export function buildSeal(overrides: Partial<NewSeal> = {}): NewSeal {
  return {
    esId: '11010100000001',
    holder: { creditCode: TEST_ISSUER, name: '某某市行政审批局' },
    kind: 'official',
    name: '某某市行政审批局公章',
    digests: { sha256: '1'.repeat(64), sm3: '2'.repeat(64) },
    signerKeys: ['issuer-documentSigner-sm2'],
    validFrom: new Date('2026-01-01T00:00:00Z'),
    validUntil: new Date('2031-01-01T00:00:00Z'),
    mandate: {
      licenceTypes: null,
      validFrom: null,
      validUntil: null,
      usesPerDay: null,
      requiresSecondPerson: false,
      allowsDocuments: true,
    },
    maker: '11110000000021135M',
    createdAt: STORE_NOW,
    supersedes: null,
    ...overrides,
  };
}

export function buildUsage(overrides: Partial<UsageRecord> = {}): UsageRecord {
  const at = overrides.at ?? STORE_NOW;
  const id = ulid(at);
  return {
    id,
    at,
    kind: 'verification',
    outcome: 'answered',
    reason: null,
    subject: { kind: 'licence', identifier: 'some-licence' },
    licence: 'some-licence',
    esId: null,
    channel: 'window',
    window: 'W01',
    clerk: 'clerk-account',
    matter: 'M-1',
    purpose: '核验欧阳静宜的许可',
    indication: 'TOTAL-PASSED',
    holderHash: null,
    salt: new Uint8Array(randomBytes(16)),
    record: new TextEncoder().encode(JSON.stringify({ id, purpose: '核验欧阳静宜的许可' })),
    leafHash: randomBytes(32).toString('hex'),
    ...overrides,
  };
}

export function buildAccount(overrides: Partial<Account> = {}): Account {
  return {
    id: ulid(STORE_NOW),
    username: 'maker',
    passwordHash: 'scrypt$…',
    displayName: '经办员司徒明',
    roles: [{ role: 'issuer', organisation: TEST_ISSUER }],
    windowCode: null,
    holderHash: null,
    createdAt: STORE_NOW,
    disabledAt: null,
    ...overrides,
  };
}
