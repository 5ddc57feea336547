import type { BackgroundJobs } from './backgroundJobs.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { ImportRunner } from '../imports/importRunner.ts';
import type { Signer } from '../keys/signer.ts';
import type { ActRecorder, Ledger } from '../ledger/ledger.ts';
import type { LedgerWatch } from './ledgerWatch.ts';
import { addNoticeJob } from './openNotices.ts';
import type { NoticeSender } from '../notices/noticeSender.ts';
import type { CertificateService } from './openCertificates.ts';
import type { TimeStamper } from '../pki/timeStamp/timeStamper.ts';
import { completeReceipts } from '../receipts/completeReceipts.ts';
import type { ReceiptParts } from '../receipts/receipt.ts';
import { stampCheckpoint } from '../proofs/stampCheckpoint.ts';
import { followLedger } from '../rebuild/followLedger.ts';
import { settleStages } from './recovery.ts';
import type { Stage, Store } from '../store/store.ts';
import { sendRecalls } from '../recalls/sendRecalls.ts';
import { startAnchoring } from '../usage/anchorUses.ts';

const ANCHOR_INTERVAL_MS = 1000;
const FOLLOW_INTERVAL_MS = 500;
const RETRY_INTERVAL_MS = 5000;
const OVERDUE_MS = 30_000;
const WATCH_INTERVAL_MS = 10_000;
const RECEIPT_INTERVAL_MS = 10_000;
const STAMP_INTERVAL_MS = 15_000;
const CHECKPOINT_INTERVAL_MS = 600_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What the jobs work with. */
export interface JobParts {
  readonly clock: Clock;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly recorder: ActRecorder;
  readonly imports: ImportRunner;
  readonly watch: LedgerWatch;
  readonly certificates: Pick<CertificateService, 'keepCrlsFresh' | 'renewKeys'>;
  /** Finishes what two people decided on the trust list. */
  readonly settleTrust: () => Promise<void>;
  /** Credit code. */
  readonly operator: string;
  /** Act key of the operator, of the present generation. */
  readonly operatorSigner: () => Signer;
  /** Takes up the operator's keys of a new generation. */
  readonly renewOperator: () => Promise<void>;
  readonly receipts: ReceiptParts;
  readonly timeStamper: TimeStamper | null;
  /** Null: notices are for holders' inboxes only. */
  readonly noticeSender: NoticeSender | null;
  readonly stampPending: () => Promise<number>;
  readonly keepStage: (stage: Stage, error: unknown) => void;
  readonly warn: (
    error: unknown,
    message: string,
    facts?: Readonly<Record<string, unknown>>,
  ) => void;
}

/** Starts anchoring, retrying, renewing and stamping. */
export function startServiceJobs(jobs: BackgroundJobs, parts: JobParts): void {
  addLedgerJobs(jobs, parts);
  addCertificateJobs(jobs, parts);
  addNoticeJobs(jobs, parts);
  const { clock, store, ledger, recorder, imports, settleTrust, keepStage } = parts;
  const { operator, operatorSigner } = parts;
  jobs.every('sweepSessions', HOUR_MS, async () => {
    await store.sessions.removeExpired(clock.now());
  });
  jobs.every('completeReceipts', RECEIPT_INTERVAL_MS, async () => {
    await completeReceipts(parts.receipts);
  });
  jobs.every('settleStages', RETRY_INTERVAL_MS, async (round) => {
    const overdue = await store.stages.overdue(new Date(clock.now().getTime() - OVERDUE_MS));
    await settleStages({ store, ledger, recorder }, overdue, (stage, error) => {
      round.fail(error);
      keepStage(stage, error);
    });
    await settleTrust();
    await sendRecalls({
      ...{ clock, store, ledger, recorder, operator },
      signer: operatorSigner(),
    });
    await imports.resume();
  });
}

function addLedgerJobs(jobs: BackgroundJobs, parts: JobParts): void {
  const { clock, store, ledger, recorder, operator, operatorSigner, watch, warn } = parts;
  const waiting = { anchorUses: store.usage, anchorTrail: store.administration };
  for (const [name, usage] of Object.entries(waiting)) {
    const round = jobs.watch(name, ANCHOR_INTERVAL_MS);
    const anchoring = {
      ...{ clock, recorder, usage, operator },
      get signer() {
        return operatorSigner();
      },
    };
    jobs.add(
      startAnchoring(
        anchoring,
        ANCHOR_INTERVAL_MS,
        (error) => {
          round.failed(error);
          warn(error, 'uses not anchored yet');
        },
        round.succeeded,
      ),
    );
  }
  // others write to a shared ledger, too
  if (ledger.mode !== 'embedded') {
    jobs.every('followLedger', FOLLOW_INTERVAL_MS, async () => {
      await followLedger({ ledger, store });
    });
  }
  jobs.every('watchLedger', WATCH_INTERVAL_MS, async (round) => {
    await watch.look();
    if (!watch.isUp()) round.fail(new ServiceError('LEDGER_UNAVAILABLE', 'out of reach'));
  });
}

function addNoticeJobs(jobs: BackgroundJobs, { clock, store, noticeSender, warn }: JobParts): void {
  if (noticeSender === null) return;
  addNoticeJob(jobs, { clock, store, sender: noticeSender }, (failure, facts) => {
    warn(failure, 'notices not delivered', facts);
  });
}

function addCertificateJobs(jobs: BackgroundJobs, parts: JobParts): void {
  const { clock, store, ledger, certificates, renewOperator, timeStamper, stampPending } = parts;
  jobs.every('publishCrls', HOUR_MS, async () => {
    await certificates.keepCrlsFresh();
    await renewOperator();
  });
  jobs.every('renewKeys', DAY_MS, certificates.renewKeys);
  if (timeStamper === null) return;
  jobs.every('stampFiles', STAMP_INTERVAL_MS, async () => {
    await stampPending();
  });
  jobs.every('stampCheckpoint', CHECKPOINT_INTERVAL_MS, async () => {
    await stampCheckpoint({ clock, ledger, store, timeStamper });
  });
}
