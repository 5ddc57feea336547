import { z } from 'zod';
import type { Matter } from '../store/store.ts';
import { instant } from './shapes.ts';

export const matterShape = z
  .strictObject({
    code: z.string(),
    version: z.int().min(1),
    name: z.string(),
    definition: z.record(z.string(), z.unknown()).meta({ description: 'As it is put' }),
    updatedAt: instant,
  })
  .meta({ id: 'Matter' });

export function presentMatter(matter: Matter): z.input<typeof matterShape> {
  return {
    code: matter.code,
    version: matter.version,
    name: matter.name,
    definition: { ...matter.definition },
    updatedAt: matter.updatedAt.toISOString(),
  };
}
