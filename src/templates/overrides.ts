import type { Graph } from '../contracts/comfyui.ts';
import { formatPath, isAbsent } from '../contracts/fields.ts';
import { objectTextIn, textInstead } from '../contracts/text-instead.ts';
import type { FieldError } from '../errors.ts';
import { SEED_INPUTS, SEED_NOT_WHOLE } from './graph.ts';
import { findLargeInteger, largeIntegerMessage } from './large-integer.ts';
import { isNodeKey } from './params.ts';

interface Override {
  node: string;
  input: string;
  value: unknown;
  path: readonly PropertyKey[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{"3": {"inputs.steps": 50}}`, `{"3": {"steps": 50}}` and `{"3": {"inputs": {"steps": 50}}}` mean the same. */
function* overridesIn(node: string, inputs: Record<string, unknown>, path: PropertyKey[]): Generator<Override> {
  for (const [key, value] of Object.entries(inputs)) {
    if (key === 'inputs' && isObject(value)) yield* overridesIn(node, value, [...path, key]);
    else if (value !== null && value !== undefined)
      yield { node, input: key.replace(/^inputs\./, ''), value, path: [...path, key] };
  }
}

/** The inputs of nodes that a client's params set, valid or not. Paths begin with the key of the node. */
export const overridesOf = (params: Readonly<Record<string, unknown>>): Override[] =>
  Object.entries(params).flatMap(([node, inputs]) =>
    isNodeKey(node) && isObject(inputs) ? [...overridesIn(node, inputs, [node])] : [],
  );

function problemOf({ input, value }: Override): string | undefined {
  if (typeof value === 'object') return 'expected text, a number, true or false; not a list or an object';
  if (SEED_INPUTS.includes(input) && typeof value === 'number' && !Number.isInteger(value)) return SEED_NOT_WHOLE;
  const large = findLargeInteger(value);
  return large === undefined ? objectTextIn(value) : largeIntegerMessage(large.number);
}

/** The graph with the inputs that a client's params set node by node, and every such setting that is wrong. */
export function applyOverrides(
  graph: Graph,
  params: Readonly<Record<string, unknown>>,
  prefix: readonly PropertyKey[],
): { graph: Graph; overridden: { node: string; input: string }[]; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const good: Override[] = [];
  const nodes = Object.keys(graph).join(', ').slice(0, 200);
  for (const [node, inputs] of Object.entries(params)) {
    if (!isNodeKey(node) || isAbsent(inputs)) continue;
    const path = [...prefix, node];
    if (!Object.hasOwn(graph, node))
      errors.push({
        path: formatPath(path),
        message: `there is no node ${node}; the graph has ${nodes}`,
      });
    else if (!isObject(inputs))
      errors.push({
        path: formatPath(path),
        message: `expected an object of inputs, such as {"${node}": {"steps": 20}}${textInstead(inputs)}`,
      });
    else
      for (const override of overridesIn(node, inputs, path)) {
        const message = problemOf(override);
        if (message === undefined) good.push(override);
        else errors.push({ path: formatPath(override.path), message });
      }
  }
  const byNode = new Map<string, (readonly [string, unknown])[]>();
  for (const { node, input, value } of good) {
    const others = byNode.get(node);
    if (others === undefined) byNode.set(node, [[input, value]]);
    else others.push([input, value]);
  }
  const changed = Object.entries(graph).map(([id, node]) => {
    const mine = byNode.get(id) ?? [];
    return [
      id,
      mine.length === 0 ? node : { ...node, inputs: { ...node.inputs, ...Object.fromEntries(mine) } },
    ] as const;
  });
  return { graph: Object.fromEntries(changed), overridden: good.map(({ node, input }) => ({ node, input })), errors };
}
