import type { StampedCheckpoint, StampedCheckpointStore } from '../stampedCheckpoints.ts';
import { refusing, type Prisma } from './client.ts';

/** Checkpoints with their tokens. */
export function prismaStampedCheckpoints(prisma: Prisma): StampedCheckpointStore {
  return {
    add: ({ nodeCertificationPath, ...checkpoint }) =>
      refusing({}, async () => {
        const row = {
          ...checkpoint,
          token: Buffer.from(checkpoint.token),
          nodePath: JSON.stringify(
            nodeCertificationPath.map((der) => Buffer.from(der).toString('base64')),
          ),
        };
        const { size } = checkpoint;
        await prisma.stampedCheckpoint.upsert({ where: { size }, create: row, update: {} });
      }),
    covering: (size) =>
      refusing({}, async (): Promise<StampedCheckpoint | null> => {
        const row = await prisma.stampedCheckpoint.findFirst({
          where: { size: { gte: size } },
          orderBy: { size: 'asc' },
        });
        if (row === null) return null;
        const { nodePath, ...checkpoint } = row;
        const path = JSON.parse(nodePath) as readonly string[]; // as it was added
        return {
          ...checkpoint,
          nodeCertificationPath: path.map((text) => Buffer.from(text, 'base64')),
        };
      }),
    largestSize: () =>
      refusing({}, async () => {
        const { _max } = await prisma.stampedCheckpoint.aggregate({ _max: { size: true } });
        return _max.size ?? 0;
      }),
  };
}
