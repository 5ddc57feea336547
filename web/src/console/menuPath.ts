/** The path of the menu below which a page lies; null: below none. */
export function menuPathOf(path: string, menuPaths: readonly string[]): string | null {
  const above = menuPaths.filter((one) => path === one || path.startsWith(`${one}/`));
  return above.reduce<string | null>(
    (longest, one) => (longest === null || one.length > longest.length ? one : longest),
    null,
  );
}
