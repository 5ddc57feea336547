import type { MetaStore } from '../store.ts';
import { refusing, type Prisma } from './client.ts';

/** Notes of the service about itself. */
export function prismaMeta(prisma: Prisma): MetaStore {
  return {
    get: (name) =>
      refusing({}, async () => (await prisma.meta.findUnique({ where: { name } }))?.value ?? null),
    set: (name, value) =>
      refusing({}, async () => {
        await prisma.meta.upsert({ where: { name }, create: { name, value }, update: { value } });
      }),
  };
}
