import { ServiceError } from '../../errors.ts';

/**
 * Waits for a promise, but not longer than a bound. What it does goes on; its late failure is nobody's any more.
 *
 * @throws ServiceError `LEDGER_UNAVAILABLE` after `ms`, saying `what` took too long; else as the promise.
 */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ServiceError('LEDGER_UNAVAILABLE', `${what} took longer than ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
