/** Edit distance between two words; letters that changed places count once. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? Infinity) + 1 : Infinity;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row.at(-1) ?? 0;
}

const plain = (word: string): string =>
  word
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, 100);

/** The candidate that a misspelt word most likely means; undefined when none is near. Case, `_` and `-` do not count. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const meant = plain(word);
  const [best] = [...candidates]
    .map((candidate) => ({ candidate, off: distance(meant, plain(candidate)) }))
    .filter(({ candidate, off }) => off <= Math.max(1, Math.floor(plain(candidate).length / 3)))
    .toSorted((a, b) => a.off - b.off);
  return best?.candidate;
}
