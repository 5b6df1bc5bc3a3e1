/**
 * How many spans overlap at the most. A span without an end goes on; one that ends when another begins does not overlap
 * it.
 */
export function mostAtOnce(spans: readonly { begin: number | undefined; end: number | undefined }[]): number {
  const edges = spans.flatMap(({ begin, end }) =>
    begin === undefined ? [] : [[begin, 1] as const, ...(end === undefined ? [] : [[end, -1] as const])],
  );
  let now = 0;
  let most = 0;
  for (const [, by] of edges.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) most = Math.max(most, (now += by));
  return most;
}
