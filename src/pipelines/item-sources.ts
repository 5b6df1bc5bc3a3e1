/** Where an item of a list that was made comes from. */
export interface ItemSource {
  /** Its place in the list that was sent, or in that of `$for`. */
  item: number;
  /** Of an item that `$spread` put there: the list it was in, and its place in that. */
  spread?: { list: readonly unknown[]; item: number };
}

const PLACES = new WeakMap<readonly unknown[], readonly ItemSource[]>();

/**
 * Notes where the items of a list come from, which is not their own place where some were left out or more were put in.
 */
export function withSources(list: unknown[], places: readonly ItemSource[]): unknown[] {
  PLACES.set(list, places);
  return list;
}

export const sourceOf = (list: readonly unknown[], index: number): ItemSource =>
  PLACES.get(list)?.[index] ?? { item: index };
