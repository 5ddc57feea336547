import type { GroupCommit } from '../../service/src/ledger/groupCommit.ts';
import type { Ledger } from '../../service/src/ledger/ledger.ts';

/** A ledger whose acts all go through a group commit, one by one, as those of many callers do. */
export function groupedLedger(ledger: Ledger, group: GroupCommit): Ledger {
  return {
    mode: ledger.mode,
    nodeCertificationPath: ledger.nodeCertificationPath,
    submit: (_, acts) => Promise.all(acts.map((act) => group.record(act))),
    readStates: (keys) => ledger.readStates(keys),
    history: (key) => ledger.history(key),
    head: () => ledger.head(),
    organisations: () => ledger.organisations(),
    health: () => ledger.health(),
    actPosition: (id) => ledger.actPosition(id),
    batch: (root) => ledger.batch(root),
    batchAt: (index) => ledger.batchAt(index),
    batchActs: (root) => ledger.batchActs(root),
    block: (number) => ledger.block(number),
    replay: (from) => ledger.replay(from),
    checkpoint: () => ledger.checkpoint(),
    consistency: (from, to) => ledger.consistency(from, to),
    inclusion: (index, size) => ledger.inclusion(index, size),
    async close() {
      await group.close();
      await ledger.close();
    },
  };
}
