import { setImmediate } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';
import type { ActName, SignedAct } from '@yinxin/chaincode/model';

import { ServiceError } from '../../../service/src/errors.ts';
import { keysTouchedBy } from '../../../service/src/ledger/actKeys.ts';
import { GroupCommit } from '../../../service/src/ledger/groupCommit.ts';
import type { GroupCommitOptions } from '../../../service/src/ledger/groupCommit.ts';
import type { CommittedOutcome } from '../../../service/src/ledger/ledger.ts';

/** A ledger that records what it was given; each submission waits until the test answers it. */
class FakeLedger {
  readonly submitted: string[][] = [];
  readonly #answers: ((error: ServiceError | null) => void)[] = [];
  /** Ids that void every transaction they are in, and the code they do it with. */
  readonly faults = new Map<string, ServiceError>();
  isHeld = false;

  async submit(_: string, acts: readonly SignedAct[]): Promise<readonly CommittedOutcome[]> {
    const ids = acts.map(({ act }) => act.id);
    this.submitted.push(ids);
    const error = this.isHeld
      ? await new Promise<ServiceError | null>((resolve) => this.#answers.push(resolve))
      : null;
    const fault =
      error ?? ids.map((id) => this.faults.get(id)).find((found) => found !== undefined);
    if (fault !== undefined) throw fault;
    return ids.map((id, index) => ({
      id,
      outcome: 'recorded',
      position: { root: '00', index },
      block: this.submitted.length,
    }));
  }

  /** Answers the oldest submission that still waits. */
  async answer(error: ServiceError | null = null): Promise<void> {
    this.#answers.shift()?.(error);
    await turns();
  }
}

function build(options: Partial<GroupCommitOptions> = {}): {
  ledger: FakeLedger;
  group: GroupCommit;
} {
  const ledger = new FakeLedger();
  return { ledger, group: new GroupCommit(ledger, { slots: 1, retryDelayMs: 0, ...options }) };
}

function act(id: string, body: object = {}, name: ActName = 'licence.revoke'): SignedAct {
  const by = { authority: 'A', keyId: 'k', maker: 'm' };
  return {
    act: { act: name, schemaVersion: 1, id, at: '', by, body },
    signature: '',
  } as unknown as SignedAct; // only what is looked at
}

const licence = (id: string, serial: string): SignedAct =>
  act(id, { identifier: `1.T.I.${serial}.001.X` });

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();
}

const conflict = new ServiceError('LEDGER_CONFLICT', 'read conflict');
const unknown = new ServiceError('LEDGER_OUTCOME_UNKNOWN', 'no answer');

describe('grouping', () => {
  it('sends acts of concurrent callers together and wakes each with its own outcome', async () => {
    const { ledger, group } = build();

    const outcomes = await Promise.all(['a', 'b', 'c'].map((id) => group.record(licence(id, id))));

    expect(ledger.submitted).toEqual([['a', 'b', 'c']]);
    expect(outcomes.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('does not let a single caller wait; what arrives meanwhile goes into the next batch', async () => {
    const { ledger, group } = build();
    ledger.isHeld = true;

    const all = [group.record(licence('a', '1'))];
    await turns();
    all.push(group.record(licence('b', '2')), group.record(licence('c', '3')));
    await turns();
    await ledger.answer();
    await ledger.answer();
    await Promise.all(all);

    expect(ledger.submitted).toEqual([['a'], ['b', 'c']]);
  });

  it('keeps contracts apart', async () => {
    const { ledger, group } = build();

    await Promise.all([
      group.record(licence('a', '1')),
      group.record(act('b', { esId: 'S' }, 'seal.revoke')),
      group.record(licence('c', '2')),
    ]);

    expect(ledger.submitted).toEqual([['a', 'c'], ['b']]);
  });

  it('takes at most so many acts', async () => {
    const { ledger, group } = build({ maxActs: 2 });

    await Promise.all(['a', 'b', 'c'].map((id) => group.record(licence(id, id))));

    expect(ledger.submitted).toEqual([['a', 'b'], ['c']]);
  });

  it('sends acts one by one when it must not group', async () => {
    const { ledger, group } = build({ maxActs: 1 });

    await Promise.all(['a', 'b'].map((id) => group.record(licence(id, id))));

    expect(ledger.submitted).toEqual([['a'], ['b']]);
  });

  it('takes fewer acts when they carry many leaves', async () => {
    const { ledger, group } = build();
    const leaves = Array.from({ length: 25_000 }, () => '00');

    await Promise.all(['a', 'b'].map((id) => group.record(act(id, { leaves }, 'usage.anchor'))));

    expect(ledger.submitted).toEqual([['a'], ['b']]);
  });
});

describe('several slots', () => {
  it('keeps an act waiting while one on the same licence is in flight', async () => {
    const { ledger, group } = build({ slots: 2 });
    ledger.isHeld = true;

    const all = [group.record(licence('a', '1'))];
    await turns();
    all.push(group.record(licence('b', '1')), group.record(licence('c', '2')));
    await turns();
    expect(ledger.submitted).toEqual([['a'], ['c']]);
    await ledger.answer();
    expect(ledger.submitted).toEqual([['a'], ['c'], ['b']]);

    await ledger.answer();
    await ledger.answer();
    await Promise.all(all);
  });

  it('does not let a later act on the same key overtake a waiting one', async () => {
    const { ledger, group } = build({ slots: 2, maxActs: 1 });
    ledger.isHeld = true;
    const use = (id: string, serial: string): SignedAct =>
      act(
        id,
        { identifier: `1.T.I.${serial}.001.X`, sealSignature: { esId: 'S' } },
        'licence.issue',
      );

    const all = [group.record(use('a', '1'))];
    await turns();
    all.push(group.record(act('b', { esId: 'S' }, 'seal.suspend')), group.record(use('c', '2')));
    await turns();
    expect(ledger.submitted).toEqual([['a']]);
    await ledger.answer();
    expect(ledger.submitted).toEqual([['a'], ['b']]);
    await ledger.answer();
    expect(ledger.submitted).toEqual([['a'], ['b'], ['c']]);

    await ledger.answer();
    await Promise.all(all);
  });
});

describe('conflicts', () => {
  it('tries again, then halves until the act at fault stands alone', async () => {
    const { ledger, group } = build();
    ledger.faults.set('c', conflict);

    const results = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((id) => group.record(licence(id, id))),
    );

    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(results[2]).toMatchObject({ reason: { code: 'LEDGER_CONFLICT' } });
    expect(ledger.submitted.slice(0, 3).map((ids) => ids.join(''))).toEqual(['abcd', 'abcd', 'ab']);
  });

  it('gets a single act through that conflicts for a while', async () => {
    const { ledger, group } = build();
    ledger.isHeld = true;
    const recorded = group.record(licence('a', '1'));
    await turns();

    await ledger.answer(conflict);
    await ledger.answer(conflict);
    await ledger.answer();

    expect(await recorded).toMatchObject({ outcome: 'recorded' });
    expect(ledger.submitted).toEqual([['a'], ['a'], ['a']]);
  });

  it('isolates an act for which the contract refuses the whole batch', async () => {
    const { ledger, group } = build();
    ledger.faults.set('b', new ServiceError('ACT_REFUSED', 'ACTS_MALFORMED: no act'));

    const results = await Promise.allSettled(['a', 'b'].map((id) => group.record(licence(id, id))));

    expect(results).toMatchObject([
      { status: 'fulfilled', value: { outcome: 'recorded' } },
      { status: 'fulfilled', value: { id: 'b', outcome: 'refused', code: 'ACTS_MALFORMED' } },
    ]);
  });
});

describe('an unknown outcome', () => {
  it('submits the very same acts again', async () => {
    const { ledger, group } = build();
    ledger.isHeld = true;
    const recorded = Promise.all(['a', 'b'].map((id) => group.record(licence(id, id))));
    await turns();

    await ledger.answer(unknown);
    ledger.isHeld = false;
    await ledger.answer();
    await recorded;

    expect(ledger.submitted.slice(0, 2)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('stays unknown when the ledger then is out of reach', async () => {
    const { ledger, group } = build({ maxTries: 2 });
    ledger.isHeld = true;
    const recorded = group.record(licence('a', '1')).catch((error: unknown) => error);
    await turns();

    await ledger.answer(unknown);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await ledger.answer(new ServiceError('LEDGER_UNAVAILABLE', 'gone'));

    expect(await recorded).toMatchObject({ code: 'LEDGER_OUTCOME_UNKNOWN' });
  });
});

describe('back-pressure and close', () => {
  it('turns callers away when too many acts wait', async () => {
    const { ledger, group } = build({ maxWaiting: 2 });
    ledger.isHeld = true;
    const first = group.record(licence('a', '1'));
    await turns();
    const rest = [group.record(licence('b', '2')), group.record(licence('c', '3'))];

    await expect(group.record(licence('d', '4'))).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });

    await ledger.answer();
    await ledger.answer();
    await Promise.all([first, ...rest]);
  });

  it('drains what was taken and takes no more', async () => {
    const { ledger, group } = build({ maxActs: 1 });
    const recorded = Promise.all(['a', 'b'].map((id) => group.record(licence(id, id))));

    await group.close();

    expect(ledger.submitted).toEqual([['a'], ['b']]);
    expect(await recorded).toHaveLength(2);
    await expect(group.record(licence('c', '3'))).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
  });
});

describe('keysTouchedBy', () => {
  const keys = keysTouchedBy(['COUNTED']);
  const issue = (esId: string): SignedAct =>
    act(
      'a',
      { identifier: '1.T.I.S.002.X', predecessor: '1.T.I.S.001.Y', sealSignature: { esId } },
      'licence.change',
    );

  it.each([
    [
      'a use of a seal',
      issue('S'),
      ['licence/1.T.I.S', 'licence/1.T.I.S'],
      ['authority/A', 'seal/S'],
    ],
    [
      'a counted use of a seal',
      issue('COUNTED'),
      ['licence/1.T.I.S', 'licence/1.T.I.S', 'seal/COUNTED'],
      ['authority/A', 'seal/COUNTED'],
    ],
    [
      'a document sealed',
      act('a', { esId: 'S' }, 'seal.signDocument'),
      [],
      ['authority/A', 'seal/S'],
    ],
    [
      'a seal renewed',
      act('a', { esId: 'S', predecessor: 'P' }, 'seal.renew'),
      ['seal/S', 'seal/P'],
      ['authority/A'],
    ],
    [
      'a key replaced',
      act('a', { creditCode: 'B' }, 'authority.replaceKey'),
      ['authority/B'],
      ['authority/A'],
    ],
    ['a use anchored', act('a', { leaves: [] }, 'usage.anchor'), [], []],
  ])('names the keys of %s', (_, signed, writes, reads) => {
    expect(keys(signed)).toEqual({ writes, reads });
  });

  it('learns from a mandate that uses are counted, or no longer', () => {
    const learning = keysTouchedBy();
    const use = act('a', { esId: 'S' }, 'seal.signDocument');
    const limitTo = (usesPerDay: number | null): SignedAct =>
      act('a', { esId: 'S', mandate: { usesPerDay } }, 'seal.setMandate');

    learning(limitTo(5));
    const counted = learning(use).writes;
    learning(limitTo(null));

    expect(counted).toEqual(['seal/S']);
    expect(learning(use).writes).toEqual([]);
  });
});
