import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Licence, Store } from '../../../service/src/store/store.ts';
import {
  buildAct,
  buildDraft,
  buildStagedIssue,
  stagedApproval,
  STORE_NOW,
  TEST_HOLDER,
  TEST_ISSUER,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

const LEDGER = { root: '9'.repeat(64), position: 3, block: 12 };
const RELEASE = { ledger: LEDGER, issuedAt: STORE_NOW };

let fixture: TestStore;
let store: Store;
beforeEach(async () => {
  fixture = await testStore();
  store = fixture.store;
});
afterEach(() => fixture.remove());

async function issued(overrides: Parameters<typeof buildStagedIssue>[0] = {}): Promise<string> {
  const issue = buildStagedIssue(overrides);
  await store.licences.stageIssue(issue);
  await store.licences.releaseIssue(issue.identifier, RELEASE);
  return issue.identifier;
}

async function drafted(): Promise<Licence> {
  const draft = buildDraft();
  await store.licences.addDraft(draft);
  const found = await store.licences.find(draft.identifier);
  if (found === null) throw new Error('no draft');
  return found;
}

describe('drafts', () => {
  it('are read back as they were given', async () => {
    const draft = buildDraft({ validUntil: null });

    await store.licences.addDraft(draft);

    expect(await store.licences.find(draft.identifier)).toStrictEqual({
      ...draft,
      state: 'drafted',
      holderHash: store.holders.holderHash(TEST_HOLDER),
      approverId: null,
      issuedAt: null,
      documents: [],
      contentDigest: null,
      status: null,
      ledger: null,
      supersededBy: null,
      note: null,
    });
  });

  it('keep their identifier to themselves', async () => {
    const draft = buildDraft();
    await store.licences.addDraft(draft);

    await expect(store.licences.addDraft(draft)).rejects.toMatchObject({
      code: 'LICENCE_ALREADY_EXISTS',
    });
  });

  it('of one serial asked for at once are taken once', async () => {
    const draft = buildDraft();

    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => store.licences.addDraft(draft)),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('are returned with a note and go back by a change', async () => {
    const { identifier } = await drafted();

    await store.licences.returnDraft(identifier, { approverId: 'checker', note: '地址不全' });
    const returned = await store.licences.find(identifier);
    const holder = { ...TEST_HOLDER, name: '欧阳静' };
    const period = { validFrom: STORE_NOW, validUntil: null };
    const change = {
      holder,
      fields: { scope: '零售' },
      ...period,
      makerId: 'other',
      typeVersion: 2,
    };
    await store.licences.changeDraft(identifier, change);

    expect(returned).toMatchObject({ state: 'returned', note: '地址不全', approverId: 'checker' });
    expect(await store.licences.find(identifier)).toMatchObject({
      ...change,
      state: 'drafted',
      note: null,
    });
  });

  it('are removed, and their serial is free again', async () => {
    const draft = buildDraft();
    await store.licences.addDraft(draft);

    await store.licences.removeDraft(draft.identifier);
    await store.licences.addDraft(draft);

    expect(await store.licences.find(draft.identifier)).not.toBeNull();
  });

  it('cannot be changed, returned or removed once issued', async () => {
    const identifier = await issued();
    const conflict = { code: 'LICENCE_STATE_CONFLICT' };

    await expect(store.licences.removeDraft(identifier)).rejects.toMatchObject(conflict);
    await expect(store.licences.changeDraft(identifier, buildDraft())).rejects.toMatchObject(
      conflict,
    );
    await expect(
      store.licences.returnDraft(identifier, { approverId: 'x', note: '' }),
    ).rejects.toMatchObject(conflict);
    await expect(store.licences.removeDraft('unknown')).rejects.toMatchObject({
      code: 'LICENCE_NOT_FOUND',
    });
  });
});

describe('issuing', () => {
  it('shows nothing of a staged licence', async () => {
    const issue = buildStagedIssue();

    await store.licences.stageIssue(issue);

    expect(await store.licences.find(issue.identifier)).toBeNull();
    expect(await store.licences.facts(issue.identifier)).toBeNull();
    expect(await store.licences.factsByBase(issue.base)).toStrictEqual([]);
    expect(await store.licences.parts(issue.identifier)).toBeNull();
    expect(await store.licences.file(issue.identifier, 'ofd')).toBeNull();
    expect((await store.licences.list({}, { limit: 10 })).items).toStrictEqual([]);
    expect(await store.licences.countByState()).toStrictEqual({});
  });

  it('shows all of a released one', async () => {
    const issue = buildStagedIssue();
    await store.licences.stageIssue(issue);

    await store.licences.releaseIssue(issue.identifier, RELEASE);

    expect(await store.licences.facts(issue.identifier)).toMatchObject({
      state: 'issued',
      issuedAt: STORE_NOW,
      ledger: LEDGER,
      documents: issue.documents,
      status: issue.status,
      contentDigest: issue.contentDigest,
    });
    expect(await store.licences.parts(issue.identifier)).toStrictEqual(issue.parts);
    const file = await store.licences.file(issue.identifier, 'ofd');
    expect(Buffer.from(file ?? []).toString()).toBe(`OFD of ${issue.identifier}`);
    expect(await store.licences.countByState(issue.typeCode)).toStrictEqual({ issued: 1 });
    expect(await store.stages.overdue(new Date('9999-01-01'))).toStrictEqual([]);
  });

  it('releases again without changing anything', async () => {
    const identifier = await issued();
    await store.licences.changeState({ identifier, state: 'revoked', ledger: LEDGER });

    await store.licences.releaseIssue(identifier, RELEASE);

    expect(await store.licences.facts(identifier)).toMatchObject({ state: 'revoked' });
  });

  it('takes one of two equal serials at once', async () => {
    const serial = '20260001';

    const outcomes = await Promise.allSettled([
      store.licences.stageIssue(buildStagedIssue({ serial })),
      store.licences.stageIssue(buildStagedIssue({ serial })),
      store.licences.stageIssue(buildStagedIssue()),
    ]);

    expect(outcomes.map(({ status }) => status)).toStrictEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await store.stages.overdue(new Date('9999-01-01'))).toHaveLength(2);
  });

  it('forgets a discarded one and frees its serial', async () => {
    const issue = buildStagedIssue();
    await store.licences.stageIssue(issue);

    await store.licences.discardIssue(issue.identifier);
    await store.licences.discardIssue(issue.identifier);
    await store.licences.stageIssue(issue);
    await store.licences.releaseIssue(issue.identifier, RELEASE);

    expect(await store.licences.find(issue.identifier)).toMatchObject({ state: 'issued' });
  });

  it('refuses to release what is unknown', async () => {
    await expect(store.licences.releaseIssue('unknown', RELEASE)).rejects.toMatchObject({
      code: 'LICENCE_NOT_FOUND',
    });
  });
});

describe('approving a draft', () => {
  it('reads as the draft while its act is under way, then as issued', async () => {
    const draft = await drafted();
    await store.licences.stageIssue(stagedApproval(draft, 'checker'));

    const meanwhile = await store.licences.find(draft.identifier);
    await store.licences.releaseIssue(draft.identifier, RELEASE);

    expect(meanwhile).toStrictEqual(draft);
    expect(await store.licences.find(draft.identifier)).toMatchObject({
      state: 'issued',
      approverId: 'checker',
    });
  });

  it('goes back to the draft when the act is refused', async () => {
    const draft = await drafted();
    await store.licences.stageIssue(stagedApproval(draft, 'checker'));

    await store.licences.discardIssue(draft.identifier);

    expect(await store.licences.find(draft.identifier)).toStrictEqual(draft);
    expect(await store.licences.file(draft.identifier, 'ofd')).toBeNull();
  });

  it('is refused when the draft was changed after the approver saw it', async () => {
    const draft = await drafted();
    await store.licences.changeDraft(draft.identifier, { ...buildDraft(), fields: { seats: 400 } });

    await expect(store.licences.stageIssue(stagedApproval(draft, 'checker'))).rejects.toMatchObject(
      { code: 'LICENCE_STATE_CONFLICT' },
    );
  });

  it('happens once when two approve at once', async () => {
    const draft = await drafted();

    const outcomes = await Promise.allSettled([
      store.licences.stageIssue(stagedApproval(draft, 'checker')),
      store.licences.stageIssue(stagedApproval(draft, 'checker2')),
    ]);

    expect(outcomes.map(({ status }) => status)).toStrictEqual(['fulfilled', 'rejected']);
  });

  it('stops changes and removal of the draft meanwhile', async () => {
    const draft = await drafted();
    await store.licences.stageIssue(stagedApproval(draft, 'checker'));

    await expect(store.licences.removeDraft(draft.identifier)).rejects.toMatchObject({
      code: 'LICENCE_STATE_CONFLICT',
    });
  });
});

describe('a new version', () => {
  it('supersedes the one before when it is released', async () => {
    const serial = '20260002';
    const first = await issued({ serial });
    const second = buildStagedIssue({ serial, version: 2, supersedes: first });
    await store.licences.stageIssue(second);
    const before = await store.licences.facts(first);

    await store.licences.releaseIssue(second.identifier, RELEASE);

    expect(before).toMatchObject({ state: 'issued', supersededBy: null });
    expect(await store.licences.facts(first)).toMatchObject({
      state: 'superseded',
      supersededBy: second.identifier,
    });
    const versions = await store.licences.factsByBase(second.base);
    expect(versions.map(({ version }) => version)).toStrictEqual([2, 1]);
  });

  it('is refused when the one before is not in force', async () => {
    const serial = '20260003';
    const first = await issued({ serial });
    await store.licences.changeState({ identifier: first, state: 'revoked', ledger: LEDGER });

    await expect(
      store.licences.stageIssue(buildStagedIssue({ serial, version: 2, supersedes: first })),
    ).rejects.toMatchObject({ code: 'LICENCE_STATE_CONFLICT' });
  });
});

describe('a completed document', () => {
  const document = { format: 'ofd', sha256: '5'.repeat(64), sm3: '6'.repeat(64), size: 4 } as const;
  const file = { format: 'ofd', bytes: new Uint8Array([1, 2, 3, 4]) } as const;

  it('replaces the older one when released', async () => {
    const identifier = await issued();
    const act = buildAct('licence.putDocument', { identifier });
    await store.licences.stageDocument(identifier, file, act);
    const before = await store.licences.file(identifier, 'ofd');

    await store.licences.releaseDocument(identifier, document, {
      ledger: LEDGER,
      stageId: act.act.id,
    });
    await store.licences.releaseDocument(identifier, document, {
      ledger: LEDGER,
      stageId: act.act.id,
    });

    expect(Buffer.from(before ?? []).toString()).toBe(`OFD of ${identifier}`);
    expect(Uint8Array.from((await store.licences.file(identifier, 'ofd')) ?? [])).toStrictEqual(
      file.bytes,
    );
    expect((await store.licences.facts(identifier))?.documents).toStrictEqual([
      { ...document, timeStamp: 'stamped' },
    ]);
    expect(await store.stages.overdue(new Date('9999-01-01'))).toStrictEqual([]);
  });

  it('vanishes when refused', async () => {
    const identifier = await issued();
    const act = buildAct('licence.putDocument', { identifier });
    await store.licences.stageDocument(identifier, file, act);

    await store.licences.discardDocument(identifier, 'ofd', act.act.id);

    const kept = await store.licences.file(identifier, 'ofd');
    expect(Buffer.from(kept ?? []).toString()).toBe(`OFD of ${identifier}`);
    expect(await store.stages.overdue(new Date('9999-01-01'))).toStrictEqual([]);
  });
});

describe('lists', () => {
  it('come newest first, in pages', async () => {
    const added: string[] = [];
    for (let count = 0; count < 5; count++) added.unshift(await issued());

    const first = await store.licences.list({}, { limit: 2 });
    const second = await store.licences.list({}, { limit: 2, cursor: first.nextCursor ?? '' });
    const third = await store.licences.list({}, { limit: 2, cursor: second.nextCursor ?? '' });

    const pages = [first, second, third].map(({ items }) =>
      items.map(({ identifier }) => identifier),
    );
    expect(pages.flat()).toStrictEqual(added);
    expect(third.nextCursor).toBeNull();
  });

  it('are narrowed by holder, type, state and issuer', async () => {
    const other = { name: '诸葛明', code: '440524188001010014', codeType: '111' };
    const mine = await issued();
    const theirs = await issued({ holder: other });
    await store.licences.changeState({ identifier: theirs, state: 'suspended', ledger: LEDGER });
    const identifiers = async (
      filter: Parameters<Store['licences']['list']>[0],
    ): Promise<string[]> =>
      (await store.licences.list(filter, { limit: 10 })).items.map(({ identifier }) => identifier);

    expect(await identifiers({ holderHashes: [store.holders.holderHash(other)] })).toStrictEqual([
      theirs,
    ]);
    expect(await identifiers({ holderHashes: [] })).toStrictEqual([]);
    expect(await identifiers({ state: 'issued' })).toStrictEqual([mine]);
    expect(await identifiers({ issuers: [TEST_ISSUER], state: 'suspended' })).toStrictEqual([
      theirs,
    ]);
    expect(await identifiers({ typeCode: 'another' })).toStrictEqual([]);
  });

  it('refuse limits and cursors that nobody gave out', async () => {
    const malformed = { code: 'REQUEST_MALFORMED' };

    await expect(store.licences.list({}, { limit: 201 })).rejects.toMatchObject(malformed);
    await expect(store.licences.list({}, { limit: 1, cursor: "' OR 1" })).rejects.toMatchObject(
      malformed,
    );
  });
});

describe('status places', () => {
  it('are never handed out twice, also after reopening', async () => {
    const places = await Promise.all(Array.from({ length: 600 }, () => store.status.allocate()));
    const again = await fixture.reopen();
    places.push(...(await Promise.all(Array.from({ length: 600 }, () => again.status.allocate()))));

    expect(new Set(places.map(({ list, index }) => `${list}/${index}`)).size).toBe(1200);
    expect(places.every(({ list, index }) => list === 0 && index >= 0 && index < 2 ** 17)).toBe(
      true,
    );
  });

  it('tell which licences of a list are no longer issued', async () => {
    const identifier = await issued({ status: { list: 0, index: 77 } });
    await issued({ status: { list: 0, index: 78 } });
    await store.licences.changeState({ identifier, state: 'suspended', ledger: LEDGER });

    expect(await store.status.exceptions(0)).toStrictEqual([
      { index: 77, identifier: expect.any(String) as unknown, state: 'suspended' },
    ]);
    expect(await store.status.lists()).toStrictEqual([0]);
  });
});
