import type { EndorsedTransaction, FabricCall } from '../../service/src/ledger/fabric/transport.ts';
import type { Broadcaster } from './broadcaster.ts';
import type { CommitWatch } from './commitWatch.ts';
import { GRPC, toFailure, toNodeFault } from './failure.ts';
import { reach } from './reach.ts';
import type {
  Channel,
  Endorser,
  IdentityContext,
  Proposal,
  ProposalAnswers,
  ProposalResponse,
  Sdk,
} from './sdk.ts';

/** One connection's parts that calls need. */
export interface Parts {
  readonly sdk: Sdk;
  readonly channel: Channel;
  readonly chaincode: string;
  readonly identity: IdentityContext;
  readonly broadcaster: Broadcaster;
  readonly commits: CommitWatch;
}

/** Statuses of a chaincode's answer, as HTTP has them: below is nonsense, above is a refusal. */
const FIRST_GOOD_STATUS = 200;
const FIRST_BAD_STATUS = 400;
const PEER_REFUSED = 500;

/** Calls a function at one peer of one organisation; nothing is ordered. @throws FabricFailure. */
export async function evaluate(
  parts: Parts,
  call: FabricCall,
  organisation: string,
  timeoutMs: number,
): Promise<Uint8Array> {
  const query = parts.channel.newQuery(call.chaincode ?? parts.chaincode);
  const { answers } = await ask(parts, query, { call, organisations: [organisation], timeoutMs });
  const [answer] = answers.responses;
  if (answer !== undefined) return answer.response.payload;
  throw toFailure('evaluate', 'evaluating failed', answers.errors.map(toNodeFault));
}

/** Has a call endorsed by one peer of each organisation, all at once. @throws FabricFailure. */
export async function endorse(
  parts: Parts,
  call: FabricCall,
  organisations: readonly string[],
  timeoutMs: number,
): Promise<EndorsedTransaction> {
  const endorsement = parts.channel.newEndorsement(call.chaincode ?? parts.chaincode);
  const { answers, context } = await ask(parts, endorsement, { call, organisations, timeoutMs });
  const [first, ...others] = answers.responses;
  if (answers.errors.length > 0 || first === undefined) {
    throw toFailure('endorse', 'endorsing failed', answers.errors.map(toNodeFault));
  }
  if (others.some(({ payload }) => Buffer.compare(payload, first.payload) !== 0)) {
    const message = 'ProposalResponsePayloads do not match';
    throw toFailure('endorse', 'endorsing failed', [{ grpcCode: GRPC.aborted, message }]);
  }
  const commit = endorsement.newCommit();
  commit.build(context);
  commit.sign(context);
  const signed = commit.getSignedEnvelope();
  const outcome = parts.commits.expect(context.transactionId);
  return {
    txId: context.transactionId,
    result: first.response.payload,
    envelope: parts.sdk.Envelope.encode(signed).finish(),
    submit: async () => {
      await outcome.watch();
      await parts.broadcaster.send(signed);
    },
    commitStatus: () => outcome.status(),
  };
}

interface Question {
  readonly call: FabricCall;
  readonly organisations: readonly string[];
  readonly timeoutMs: number;
}

async function ask(
  { channel, identity }: Parts,
  proposal: Proposal,
  { call, organisations, timeoutMs }: Question,
): Promise<{ readonly answers: ProposalAnswers; readonly context: IdentityContext }> {
  const context = identity.calculateTransactionId();
  proposal.build(context, { fcn: call.function, args: call.args, generateTransactionId: false });
  proposal.sign(context);
  const send = (signed: unknown): Promise<(ProposalResponse | Error)[]> =>
    Promise.all(
      organisations.map((mspId) =>
        askOrganisation(channel.getEndorsers(mspId), { mspId, signed, timeoutMs }),
      ),
    );
  const answers = await proposal.send({ handler: { query: send, endorse: send } });
  return { answers, context };
}

interface SignedQuestion {
  readonly mspId: string;
  readonly signed: unknown;
  readonly timeoutMs: number;
}

/** Asks an organisation's peers in their order until one can answer; a refusal is an answer. */
async function askOrganisation(
  peers: readonly Endorser[],
  question: SignedQuestion,
): Promise<ProposalResponse | Error> {
  let last = coded(GRPC.unavailable, `no endorsing peers for organisation ${question.mspId}`);
  for (const peer of peers) {
    const answer = await askPeer(peer, question);
    if (!(answer instanceof Error)) return answer;
    last = answer;
    const { grpcCode } = toNodeFault(answer);
    if (grpcCode !== GRPC.unavailable && grpcCode !== GRPC.aborted) return answer;
  }
  return last;
}

async function askPeer(
  peer: Endorser,
  { signed, timeoutMs }: SignedQuestion,
): Promise<ProposalResponse | Error> {
  try {
    await reach(peer);
    const answer = await peer.sendProposal(signed, timeoutMs);
    return refusalOf(answer) ?? answer;
  } catch (error) {
    if (!(error instanceof Error)) return new Error(String(error));
    // the client hangs its connection on the error, with keys and certificates
    Reflect.deleteProperty(error, 'connection');
    return error;
  }
}

/** Tells a refusal by the contract from trouble of the peer, in the words and codes of a gateway. */
function refusalOf({ response, payload }: ProposalResponse): Error | null {
  const { status, message } = response;
  if (status >= FIRST_GOOD_STATUS && status < FIRST_BAD_STATUS) return null;
  if (status === PEER_REFUSED && payload.length === 0) return coded(GRPC.aborted, message);
  return coded(GRPC.unknown, `chaincode response ${status}, ${message}`);
}

function coded(code: number, message: string): Error {
  return Object.assign(new Error(message), { code });
}
