import { readNode } from './nodes.ts';

/** The size of a value without references, which stays as it was sent. */
interface Size {
  /** The value itself and all values in it. */
  values: number;
  /** Approximate: those of texts, and one for each other value. */
  characters: number;
}

const SIZES = new WeakMap<object, Size | null>();

function measure(value: unknown): Size | null {
  const node = readNode(value);
  if (node.kind === 'plain') return { values: 1, characters: typeof value === 'string' ? value.length : 1 };
  if (node.kind !== 'list' && node.kind !== 'object') return null;
  const parts = node.kind === 'list' ? node.items : node.entries.map(([, part]) => part);
  const size = { values: 1, characters: parts.length };
  let isPlain = true;
  for (const part of parts) {
    const inner = plainSize(part);
    if (inner === null) isPlain = false;
    else {
      size.values += inner.values;
      size.characters += inner.characters;
    }
  }
  return isPlain ? size : null;
}

/**
 * The size of a value that nothing in it changes, looked at once however often it is asked for; null for one with
 * references in it.
 */
export function plainSize(value: unknown): Size | null {
  if (typeof value !== 'object' || value === null) return measure(value);
  const known = SIZES.get(value);
  if (known !== undefined) return known;
  const size = measure(value);
  SIZES.set(value, size);
  return size;
}
