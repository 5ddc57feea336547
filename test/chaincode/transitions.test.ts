import { describe, expect, it } from '@jest/globals';

import {
  changeInForce,
  LICENCE_STATES,
  LICENCE_TRANSITIONS,
  nextState,
  SEAL_STATES,
  SEAL_TRANSITIONS,
} from '../../chaincode/src/transitions.js';
import type { Transition } from '../../chaincode/src/transitions.js';

/** States that some sequence of operations reaches. */
function reachable<S extends string>(from: S, transitions: readonly Transition<S>[]): Set<S> {
  const found = new Set<S>([from]);
  for (const state of found)
    for (const transition of transitions) {
      const next = nextState(transition, state);
      if (next !== null) found.add(next);
    }
  return found;
}

describe('LICENCE_TRANSITIONS', () => {
  it.each(Object.entries(LICENCE_STATES))(
    'leads from %s back to issued unless it is final',
    (state, facts) => {
      const states = reachable(
        state as keyof typeof LICENCE_STATES,
        Object.values(LICENCE_TRANSITIONS),
      );

      expect(states.has('issued')).toBe(!facts.isFinal);
    },
  );

  it.each(['revoked', 'withdrawn', 'cancelled'] as const)(
    'lets nothing happen to what is %s',
    (state) => {
      expect([...reachable(state, Object.values(LICENCE_TRANSITIONS))]).toEqual([state]);
    },
  );

  it('has the codes 01 to 07', () => {
    expect(Object.values(LICENCE_STATES).map(({ code }) => code)).toEqual([
      '01',
      '02',
      '03',
      '04',
      '05',
      '06',
      '07',
    ]);
  });
});

describe('SEAL_TRANSITIONS', () => {
  it.each(Object.entries(SEAL_STATES))(
    'leads from %s back to valid unless it is final',
    (state, facts) => {
      const states = reachable(state as keyof typeof SEAL_STATES, Object.values(SEAL_TRANSITIONS));

      expect(states.has('valid')).toBe(!facts.isFinal);
    },
  );
});

describe('changeInForce', () => {
  const changes = [
    { state: 'issued', since: '2026-01-01T00:00:00.000Z' },
    { state: 'suspended', since: '2026-03-01T00:00:00.000Z' },
    { state: 'withdrawn', since: '2026-02-01T00:00:00.000Z' },
  ];

  it.each([
    ['2025-12-31T23:59:59.999Z', 3, undefined],
    ['2026-01-15T00:00:00.000Z', 3, 'issued'],
    ['2026-02-15T00:00:00.000Z', 2, 'issued'],
    ['2026-02-15T00:00:00.000Z', 3, 'withdrawn'],
    ['2026-03-15T00:00:00.000Z', 2, 'suspended'],
    ['2026-03-15T00:00:00.000Z', 3, 'withdrawn'],
  ])('at %s, knowing %i changes, is %s', (at, known, state) => {
    expect(changeInForce(changes.slice(0, known), at)?.state).toBe(state);
  });
});
