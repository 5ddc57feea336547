import type { SignedAct } from '@yinxin/chaincode/model';
import type {
  ProposedTrustAct,
  TrustProposal,
  TrustProposalState,
  TrustProposalStore,
} from '../trustProposals.ts';
import { refusing, type Prisma } from './client.ts';

/** Proposals for the trust list: few, and all of them kept. */
export function prismaTrustProposals(prisma: Prisma): TrustProposalStore {
  return {
    add: ({ body, signedAct, ...columns }) =>
      refusing({}, async () => {
        const data = { ...columns, body: JSON.stringify(body), signedAct: textOf(signedAct) };
        await prisma.trustProposal.create({ data });
      }),
    find: (id) =>
      refusing({}, async () => {
        const row = await prisma.trustProposal.findUnique({ where: { id } });
        return row === null ? null : toProposal(row);
      }),
    list: () =>
      refusing({}, async () =>
        (await prisma.trustProposal.findMany({ orderBy: { id: 'desc' } })).map(toProposal),
      ),
    move: (id, from, { signedAct, ...columns }) =>
      refusing({}, async () => {
        const act = signedAct === undefined ? {} : { signedAct: textOf(signedAct) };
        const { count } = await prisma.trustProposal.updateMany({
          where: { id, state: from },
          data: { ...columns, ...act },
        });
        return count === 1;
      }),
  };
}

type Row = Omit<TrustProposal, 'act' | 'body' | 'state' | 'signedAct'> & {
  readonly act: string;
  readonly body: string;
  readonly state: string;
  readonly signedAct: string | null;
};

/** Rows are as `add` and `move` wrote them. */
function toProposal({ act, body, state, signedAct, ...columns }: Row): TrustProposal {
  const proposed = { act, body: JSON.parse(body) as unknown } as ProposedTrustAct;
  return {
    ...columns,
    ...proposed,
    state: state as TrustProposalState,
    signedAct: signedAct === null ? null : (JSON.parse(signedAct) as SignedAct),
  };
}

function textOf(act: SignedAct | null): string | null {
  return act === null ? null : JSON.stringify(act);
}
