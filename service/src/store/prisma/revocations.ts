import type { RevocationReason } from '../../pki/revocation/certificateStatus.ts';
import type { PublishedCrl, RevocationStore } from '../revocations.ts';
import { refusing, type Prisma } from './client.ts';

/** What our certification authorities revoked, and their newest lists. */
export function prismaRevocations(prisma: Prisma): RevocationStore {
  return {
    add: async (revoked) => {
      const message = `certificate ${revoked.fingerprint} is revoked already`;
      await refusing({ unique: ['CERTIFICATE_STATE_CONFLICT', message] }, () =>
        prisma.revokedCertificate.create({ data: revoked }),
      );
    },
    list: () =>
      refusing({}, async () => {
        const rows = await prisma.revokedCertificate.findMany({
          orderBy: [{ revokedAt: 'asc' }, { fingerprint: 'asc' }],
        });
        return rows.map((row) => ({ ...row, reason: row.reason as RevocationReason })); // as it was added
      }),
    nextCrlNumber: (issuerKeyId) =>
      refusing({}, async () => {
        const { number } = await prisma.revocationList.upsert({
          where: { issuerKeyId },
          create: { issuerKeyId, number: 1 },
          update: { number: { increment: 1 } },
        });
        return number;
      }),
    putCrl: ({ issuerKeyId, number, thisUpdate, nextUpdate, der }) =>
      refusing({}, async () => {
        await prisma.revocationList.updateMany({
          where: { issuerKeyId, number },
          data: { thisUpdate, nextUpdate, der: new Uint8Array(der) },
        });
      }),
    crls: () =>
      refusing({}, async () => {
        const rows = await prisma.revocationList.findMany({ orderBy: { issuerKeyId: 'asc' } });
        return rows.flatMap(toCrl);
      }),
  };
}

/** A number that was taken for a list that never came leaves the list before it, under the later number. */
function toCrl(row: {
  readonly issuerKeyId: string;
  readonly number: number;
  readonly thisUpdate: Date | null;
  readonly nextUpdate: Date | null;
  readonly der: Uint8Array | null;
}): readonly PublishedCrl[] {
  const { thisUpdate, nextUpdate, der } = row;
  if (thisUpdate === null || nextUpdate === null || der === null) return [];
  return [{ ...row, thisUpdate, nextUpdate, der: new Uint8Array(der) }];
}
