import { z } from 'zod';

/** A licence's identifier in a path, in the one spelling it is stored in. */
export const byIdentifier = z.strictObject({
  identifier: z
    .string()
    .min(1)
    .max(200)
    .overwrite((text) => text.trim().toUpperCase()),
});
