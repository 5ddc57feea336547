import type { Database, Statement } from 'better-sqlite3';
import { ServiceError } from '../../errors.ts';
import type { WishApproval } from '../sealLife.ts';
import type { FileRows } from './files.ts';
import { toStoredTime } from './rows.ts';

interface WishStatements {
  readonly approve: Statement<[string, string, string, string]>;
  readonly fulfil: Statement<[string], { readonly id: string }>;
  readonly reopen: Statement<[string]>;
}

/**
 * Binds wishes to what is staged for them, inside the writes of other repositories: a wish is `approving` exactly as long
 * as nobody knows whether the ledger took what fulfils it.
 */
export class WishRows {
  readonly #applications: WishStatements;
  readonly #requests: WishStatements;
  readonly #files: FileRows;

  constructor(database: Database, files: FileRows) {
    this.#files = files;
    this.#applications = prepare(database, 'SealApplication', 'esId', ['applied', 'made']);
    this.#requests = prepare(database, 'SealingRequest', 'signatureId', ['requested', 'sealed']);
  }

  /** @throws ServiceError `SEAL_APPLICATION_CONFLICT` unless it waits. */
  approveApplication(approval: WishApproval, esId: string): void {
    if (approve(this.#applications, approval, esId)) return;
    throw new ServiceError('SEAL_APPLICATION_CONFLICT', `application ${approval.id} does not wait`);
  }

  /** The seal is there. */
  fulfilApplication(esId: string): void {
    this.#applications.fulfil.all(esId);
  }

  /** The seal was refused: the application waits again. */
  reopenApplication(esId: string): void {
    this.#applications.reopen.run(esId);
  }

  /** @throws ServiceError `SEALING_REQUEST_CONFLICT` unless it waits. */
  approveRequest(approval: WishApproval, signatureId: string): void {
    if (approve(this.#requests, approval, signatureId)) return;
    const message = `sealing request ${approval.id} does not wait`;
    throw new ServiceError('SEALING_REQUEST_CONFLICT', message);
  }

  /** The document is sealed: the one that was handed in is not kept. */
  fulfilRequest(signatureId: string): void {
    for (const { id } of this.#requests.fulfil.all(signatureId)) {
      this.#files.removeAll('sealingRequest', id);
    }
  }

  /** The sealing was refused: the document waits again. */
  reopenRequest(signatureId: string): void {
    this.#requests.reopen.run(signatureId);
  }
}

/** @param resultColumn - names what comes of a wish. @param states - in which it waits, and in which it is fulfilled. */
function prepare(
  database: Database,
  table: 'SealApplication' | 'SealingRequest',
  resultColumn: 'esId' | 'signatureId',
  [waiting, fulfilled]: readonly [string, string],
): WishStatements {
  return {
    approve: database.prepare(
      `UPDATE ${table} SET state = 'approving', decidedBy = ?, decidedAt = ?, ${resultColumn} = ?
       WHERE id = ? AND state = '${waiting}'`,
    ),
    fulfil: database.prepare(
      `UPDATE ${table} SET state = '${fulfilled}' WHERE ${resultColumn} = ? AND state = 'approving' RETURNING id`,
    ),
    reopen: database.prepare(
      `UPDATE ${table} SET state = '${waiting}', decidedBy = NULL, decidedAt = NULL, ${resultColumn} = NULL
       WHERE ${resultColumn} = ? AND state = 'approving'`,
    ),
  };
}

function approve(
  { approve: statement }: WishStatements,
  { id, decidedBy, decidedAt }: WishApproval,
  result: string,
): boolean {
  return statement.run(decidedBy, toStoredTime(decidedAt), result, id).changes === 1;
}
