import type { Graph, GraphNode } from '../contracts/comfyui.ts';
import { fillText, wholePlaceholder } from './placeholders.ts';

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** ComfyUI takes a list for a link unless it is wrapped. */
const asInput = (value: unknown): unknown => (Array.isArray(value) ? { __value__: value } : value);

/**
 * The graph with a value for each placeholder. It works on the parsed tree. A placeholder that is a whole value keeps
 * the type of the new value; a placeholder within a text becomes text. Inserted values are not parsed again, neither as
 * placeholders nor as JSON.
 * @throws Error naming a placeholder without a value.
 */
export function substitute(graph: Graph, values: ReadonlyMap<string, unknown>): Graph {
  const valueOf = (name: string): unknown => {
    if (!values.has(name)) throw new Error(`The placeholder {{${name}}} has no value`);
    return values.get(name);
  };
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const whole = wholePlaceholder(value);
      return whole === undefined ? fillText(value, (name) => asText(valueOf(name))) : asInput(valueOf(whole));
    }
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)]));
    return value;
  };
  return Object.fromEntries(
    Object.entries(graph).map(([id, node]): [string, GraphNode] => [
      id,
      { ...node, inputs: fill(node.inputs) as GraphNode['inputs'] },
    ]),
  );
}
