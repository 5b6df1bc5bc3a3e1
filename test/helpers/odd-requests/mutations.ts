import fc from 'fast-check';
import { oddName, oddValue } from './values.ts';

const MOST_REPEATED = 5000;

/** One change in a place that is chosen by a number. */
interface Change {
  place: number;
  how: 'replace' | 'remove' | 'rename' | 'add' | 'wrap' | 'repeat';
  name: string;
  value: unknown;
}
const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'rename', 'add', 'wrap', 'repeat'),
  name: oddName,
  value: oddValue,
});

/** Every place of a value: whose field it is, and which. */
function placesOf(value: unknown, found: [holder: object, key: string][] = []): [object, string][] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, part] of Object.entries(value)) {
    found.push([value, key]);
    placesOf(part, found);
  }
  return found;
}

const put = (holder: object, key: string, value: unknown): void =>
  void Object.defineProperty(holder, key, {
    value: structuredClone(value),
    enumerable: true,
    configurable: true,
    writable: true,
  });

function applyChange(body: unknown, { place, how, name: other, value }: Change): void {
  const places = placesOf(body);
  const chosen = places[place % Math.max(1, places.length)];
  if (chosen === undefined) return;
  const [holder, key] = chosen;
  const before: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
  if (how === 'replace') put(holder, key, value);
  else if (how === 'add' && !Array.isArray(holder)) put(holder, other, value);
  else if (how === 'wrap') put(holder, key, [before]);
  else if (how === 'repeat') {
    // Some of them are too large for a body, none for the memory.
    const times = (JSON.stringify(before) ?? '').length < MOST_REPEATED ? 300 : 1;
    const copies = Array.from({ length: times }, () => before);
    put(holder, key, copies);
  } else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else {
    Reflect.deleteProperty(holder, key);
    if (how === 'rename') put(holder, other, before);
  }
}

/** Right values with a few changes. */
export const mutated = (valid: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.tuple(fc.constantFrom(...valid), fc.array(change, { minLength: 1, maxLength: 4 })).map(([body, changes]) => {
    const copy = structuredClone(body);
    for (const one of changes) applyChange(copy, one);
    return copy;
  });
