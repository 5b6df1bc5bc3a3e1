/** Longer words are compared by their beginning. No id and no field of the API is longer. */
const LONGEST_WORD = 64;
const MOST_CANDIDATES = 200;
/** A request may consist only of wrong names. */
const MOST_WORDS = 20;

/** Edit distance between two words; two swapped letters count once. Infinity as soon as it is above `most`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Infinity;
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
    // A swap uses the row before the previous one.
    if (Math.min(...row) > most && Math.min(...next) > most) return Infinity;
    [before, row] = [row, next];
  }
  return row.at(-1) ?? 0;
}

const plain = (word: string): string =>
  word
    .slice(0, 2 * LONGEST_WORD)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, LONGEST_WORD);

/** Names in other programs for fields of the API. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  task_type: ['type', 'task'],
  payload: ['data', 'input', 'params'],
  template: ['template_name', 'templatename', 'workflow_name'],
  voice_id: ['voice', 'voice_name', 'speaker'],
  text: ['script', 'prompt'],
};

/** Words to add to the error about a missing property: the sent property that was probably meant. */
export function didYouMean(sent: unknown, name: string): string {
  // A place inside a field is no missing field.
  if (/[.[]/.test(name)) return '';
  if (typeof sent !== 'object' || sent === null || (sent as Record<string, unknown>)[name] != null) return '';
  const names = Object.keys(sent)
    .slice(0, 50)
    .filter((one) => one !== name && one.length <= 40);
  const meant =
    names.find((one) => nearest(one, [name]) !== undefined) ??
    names.find((one) => OTHERS[name]?.includes(one.toLowerCase()) === true);
  return meant === undefined ? '' : `; you sent ${meant}: did you mean ${name}?`;
}

/**
 * The candidate that a misspelt word most likely means; undefined if none is near. Case, `_` and `-` do not count. Only
 * the first 200 candidates are compared, to limit the cost of one word.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const meant = plain(word);
  let best: { candidate: string; off: number } | undefined;
  let looked = 0;
  for (const candidate of candidates) {
    if (++looked > MOST_CANDIDATES) break;
    const other = plain(candidate);
    const most = Math.max(1, Math.floor(other.length / 3));
    const off = distance(meant, other, most);
    if (off <= most && (best === undefined || off < best.off)) best = { candidate, off };
  }
  return best?.candidate;
}

/** `nearest` for the names of one request: only the first wrong names get a suggestion. */
export function createNearest(candidates: () => Iterable<string>): (word: string) => string | undefined {
  let words = 0;
  return (word) => (++words > MOST_WORDS ? undefined : nearest(word, candidates()));
}
