/**
 * Takes items one by one and has at most `width` of them worked on at once. After an error no further item is begun.
 *
 * @param isStopped - asked before each item.
 * @throws the first error, once everything that was begun has ended.
 */
export async function inParallel<T>(
  items: AsyncIterator<T>,
  work: (item: T) => Promise<void>,
  options: Readonly<{ width: number; isStopped: () => boolean }>,
): Promise<void> {
  const errors: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (errors.length === 0 && !options.isStopped()) {
      try {
        const next = await items.next();
        if (next.done === true) return;
        await work(next.value);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: options.width }, worker));
  if (errors.length > 0) throw errors[0];
}
