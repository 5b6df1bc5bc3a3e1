/**
 * A row of numbers, initially all `-Infinity`, that finds the largest number of any range in logarithmic time (a
 * segment tree).
 */
export function createRangeMaximum(length: number) {
  const tree = new Float64Array(2 * length).fill(-Infinity);
  const at = (node: number): number => tree[node] ?? -Infinity;
  return {
    /** Raises one number to at least `value`. */
    raise(place: number, value: number): void {
      for (let node = place + length; node >= 1 && at(node) < value; node >>= 1) tree[node] = value;
    },
    /** The largest number from `from` (inclusive) to `to` (exclusive); `-Infinity` for an empty range. */
    largest(from: number, to: number): number {
      let found = -Infinity;
      for (let [left, right] = [from + length, to + length]; left < right; left >>= 1, right >>= 1) {
        if (left % 2 === 1) found = Math.max(found, at(left++));
        if (right % 2 === 1) found = Math.max(found, at(--right));
      }
      return found;
    },
  };
}
