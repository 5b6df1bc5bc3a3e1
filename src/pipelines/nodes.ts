import { parseReference, type Reference } from './reference.ts';

/** A piece of a string: plain text, or a `${…}` with its reference; null if it is none. */
export type Piece = string | { reference: Reference | null; text: string };

/** What a value in a payload means to a pipeline. */
export type Node =
  | { kind: 'plain' }
  | { kind: 'list'; items: readonly unknown[] }
  | { kind: 'object'; entries: readonly (readonly [string, unknown])[] }
  | { kind: 'from'; reference: Reference }
  | { kind: 'text'; pieces: readonly Piece[] }
  | { kind: 'each'; list: unknown; each: unknown; unlessNull: unknown }
  | { kind: 'spread'; list: unknown }
  | { kind: 'wrong'; message: string };

/** `$${` is a plain `${`. */
const PIECES = /\$\$\{|\$\{([^{}]*)\}/g;

export const SPREAD_IN_LIST = 'expected $spread as an item of a list, such as [{"$spread": …}]';

const WRITTEN_SO = 'such as voice.output_path, pictures[0].files[0].path, $item.text or $index';

function textNode(text: string): Node {
  if (!text.includes('${')) return { kind: 'plain' };
  const pieces: Piece[] = [];
  let end = 0;
  let plain = '';
  for (const match of text.matchAll(PIECES)) {
    plain += text.slice(end, match.index);
    end = match.index + match[0].length;
    const [, inside] = match;
    if (inside === undefined) plain += '${';
    else {
      if (plain !== '') pieces.push(plain);
      plain = '';
      pieces.push({ reference: parseReference(inside) ?? null, text: inside });
    }
  }
  pieces.push(plain + text.slice(end));
  const bad = pieces.find((piece) => typeof piece !== 'string' && piece.reference === null);
  if (bad === undefined || typeof bad === 'string') return { kind: 'text', pieces };
  return { kind: 'wrong', message: `\${${bad.text}} is not a reference ${WRITTEN_SO}; write $\${ for a literal \${` };
}

const LONG = 1000;

function rememberedText(text: string, texts: Map<string, Node>): Node {
  const known = texts.get(text);
  if (known !== undefined) return known;
  const node = textNode(text);
  texts.set(text, node);
  return node;
}

function fromNode(value: object, from: unknown): Node {
  if (Object.keys(value).length > 1) return { kind: 'wrong', message: 'expected no other fields next to $from' };
  const reference = typeof from === 'string' ? parseReference(from) : undefined;
  return reference === undefined
    ? { kind: 'wrong', message: `expected a reference in $from ${WRITTEN_SO}` }
    : { kind: 'from', reference };
}

/**
 * Reads one value of a payload: `{"$from": "voice.output_path"}` is the value that it names, `"${voice.output_path}"`
 * puts it into a string, and `{"$for": <list>, "$each": <value>}` is a list with one value for each item, in which
 * `$item` and `$index` are the item's; with `"$if": <value>` beside them, only for those items for which that is not
 * null. `{"$spread": <list>}` in a list stands for the items of another.
 * @param texts keeps what long texts come to, for those who read them again.
 */
export function readNode(value: unknown, texts?: Map<string, Node>): Node {
  if (typeof value === 'string')
    return texts !== undefined && value.length > LONG ? rememberedText(value, texts) : textNode(value);
  if (Array.isArray(value)) return { kind: 'list', items: value };
  if (typeof value !== 'object' || value === null) return { kind: 'plain' };
  if ('$from' in value) return fromNode(value, value.$from);
  if ('$spread' in value)
    return Object.keys(value).length > 1
      ? { kind: 'wrong', message: 'expected no other fields next to $spread' }
      : { kind: 'spread', list: value.$spread };
  if ('$for' in value && '$each' in value)
    return Object.keys(value).some((key) => key !== '$for' && key !== '$each' && key !== '$if')
      ? { kind: 'wrong', message: 'expected no other fields next to $for, $each and $if' }
      : { kind: 'each', list: value.$for, each: value.$each, unlessNull: '$if' in value ? value.$if : true };
  if ('$for' in value || '$each' in value)
    return {
      kind: 'wrong',
      message: 'expected both $for, which is a list, and $each, which is the value for each item',
    };
  return { kind: 'object', entries: Object.entries(value) };
}
