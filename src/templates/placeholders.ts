import type { Graph } from '../contracts/comfyui.ts';

/** `{{NAME}}` in a graph. */
export interface Placeholder {
  name: string;
  node: string;
  /** From the node's inputs; longer than one only inside a list or an object. */
  path: readonly (string | number)[];
  /** Whether it is the whole value, which then keeps its type; otherwise it becomes text within the text. */
  whole: boolean;
}

const ANY = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;
const WHOLE = /^\{\{\s*([A-Za-z_]\w*)\s*\}\}$/;

/** The name of the placeholder that a text wholly is. */
export const wholePlaceholder = (text: string): string | undefined => WHOLE.exec(text)?.[1];

/** The text with each placeholder replaced once; the results of `fill` are not parsed again. */
export const fillText = (text: string, fill: (name: string) => string): string =>
  text.replaceAll(ANY, (_match, name: string) => fill(name));

function inValue(value: unknown, path: readonly (string | number)[]): Omit<Placeholder, 'node'>[] {
  if (typeof value === 'string') {
    const whole = wholePlaceholder(value) !== undefined;
    return [...value.matchAll(ANY)].flatMap(([, name]) => (name === undefined ? [] : [{ name, path, whole }]));
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => inValue(item, [...path, index]));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) => inValue(item, [...path, key]));
  return [];
}

/** Every placeholder of a graph, in the order of its nodes. */
export const findPlaceholders = (graph: Graph): Placeholder[] =>
  Object.entries(graph).flatMap(([node, { inputs }]) =>
    Object.entries(inputs).flatMap(([input, value]) => inValue(value, [input]).map((found) => ({ node, ...found }))),
  );
