/** Where an item of a resolved list comes from. */
export interface ItemSource {
  /** Its index in the sent list, or in that of `$for`. */
  item: number;
  /** Set for an item that `$spread` put there: the list it was in, and its index in that list. */
  spread?: { list: readonly unknown[]; item: number };
}

const SOURCES = new WeakMap<readonly unknown[], readonly ItemSource[]>();

/**
 * Notes where the items of a list come from, which is not their own place where some were left out or more were put in.
 */
export function withSources(list: unknown[], sources: readonly ItemSource[]): unknown[] {
  SOURCES.set(list, sources);
  return list;
}

export const sourceOf = (list: readonly unknown[], index: number): ItemSource =>
  SOURCES.get(list)?.[index] ?? { item: index };
