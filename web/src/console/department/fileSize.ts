/** How large a file is, as people say it: kilobytes, at least one, or megabytes. */
export function fileSize({ size }: Readonly<{ size: number }>): string {
  return size < 1_000_000
    ? `${Math.max(1, Math.round(size / 1000))} kB`
    : `${(size / 1_000_000).toFixed(1)} MB`;
}
