import { z } from 'zod';
import { MOST_NODES, type Graph, type GraphNode } from '../contracts/comfyui.ts';
import { fieldErrors, formatPath } from '../contracts/fields.ts';
import { objectTextIn, textInstead } from '../contracts/text-instead.ts';
import type { FieldError } from '../errors.ts';
import { findLargeInteger, largeIntegerMessage } from './large-integer.ts';

const node = z.looseObject(
  {
    class_type: z.string('expected the class of the node').pipe(z.string().min(1, 'expected the class of the node')),
    inputs: z
      .record(z.string(), z.unknown(), { error: ({ input }) => `expected an object of inputs${textInstead(input)}` })
      .default({}),
    _meta: z
      .looseObject({ title: z.string().optional().catch(undefined) })
      .optional()
      .catch(undefined),
  },
  { error: ({ input }) => `expected a node: an object with class_type and inputs${textInstead(input)}` },
);

/** Whether ComfyUI reads a value as a link to another node: it does so for any such pair, wherever it came from. */
export const isLink = (value: unknown): value is [string, number] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number';

/** The inputs by which samplers take their seed. */
export const SEED_INPUTS: readonly string[] = ['seed', 'noise_seed'];
export const SEED_NOT_WHOLE = 'expected a whole number as the seed';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A seed of -1 or null asks for a random one: samplers of ComfyUI itself would refuse it. */
export function drawSeeds(graph: Graph, draw: () => number): Graph {
  const drawn = Object.entries(graph).map(([id, one]): [string, GraphNode] => {
    const open = SEED_INPUTS.filter(
      (input) => Object.hasOwn(one.inputs, input) && [-1, null].includes(one.inputs[input] as number | null),
    );
    const seeds = open.map((input) => [input, draw()] as const);
    return [id, open.length === 0 ? one : { ...one, inputs: { ...one.inputs, ...Object.fromEntries(seeds) } }];
  });
  return Object.fromEntries(drawn);
}

/** The inputs of all nodes, even of nodes with other errors, so that all errors are reported at once. */
const inputsOf = (nodes: object): { id: string; input: string; value: unknown }[] =>
  Object.entries(nodes).flatMap(([id, one]: [string, unknown]) =>
    isObject(one) && 'inputs' in one && isObject(one.inputs)
      ? Object.entries(one.inputs).map(([input, value]: [string, unknown]) => ({ id, input, value }))
      : [],
  );

interface Problem {
  message: string;
  /** Below the input. */
  path?: PropertyKey[];
}

function problemOf(nodes: object, input: string, value: unknown): Problem | undefined {
  if (Array.isArray(value) && value.length === 2) {
    if (!isLink(value) || !Number.isInteger(value[1]) || value[1] < 0)
      return { message: 'expected a link ["node", output number]: ComfyUI reads every list of two values as a link' };
    if (!Object.hasOwn(nodes, value[0]))
      return { message: `this link refers to node "${value[0]}", which does not exist` };
  }
  if (SEED_INPUTS.includes(input) && typeof value === 'number' && !Number.isInteger(value))
    return { message: SEED_NOT_WHOLE };
  const large = findLargeInteger(value);
  if (large !== undefined) return { message: largeIntegerMessage(large.number), path: large.path };
  const written = objectTextIn(value);
  return written === undefined ? undefined : { message: written };
}

/** The nodes of a graph in the editor's own format, which the server does not take. */
const isEditorFormat = (value: object): boolean => 'nodes' in value && Array.isArray(value.nodes);

/** A node whose links lead back to it or into such a circle, if there is one. */
function circle(graph: Graph): string | undefined {
  const links = Object.entries(graph).flatMap(([id, { inputs }]) =>
    Object.values(inputs)
      .filter(isLink)
      .map(([from]) => ({ id, from })),
  );
  const users = new Map(Object.keys(graph).map((id) => [id, [] as string[]]));
  const waitsFor = new Map(Object.keys(graph).map((id) => [id, 0]));
  for (const { id, from } of links) {
    users.get(from)?.push(id);
    waitsFor.set(id, (waitsFor.get(id) ?? 0) + 1);
  }
  const ready = [...waitsFor.keys()].filter((id) => waitsFor.get(id) === 0);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    waitsFor.delete(id);
    for (const user of users.get(id) ?? []) {
      const left = (waitsFor.get(user) ?? 0) - 1;
      waitsFor.set(user, left);
      if (left === 0) ready.push(user);
    }
  }
  return waitsFor.keys().next().value;
}

/** Reads a graph in API format and reports every error with its path below `prefix`. */
export function readGraph(
  value: unknown,
  prefix: readonly PropertyKey[],
): { graph: Graph; errors: [] } | { graph: undefined; errors: FieldError[] } {
  const refuse = (message: string) => ({ graph: undefined, errors: [{ path: formatPath(prefix), message }] });
  if (isObject(value) && isEditorFormat(value))
    return refuse(
      'this is the format of the ComfyUI editor; in ComfyUI choose Workflow → Export (API) and send that file',
    );
  if (isObject(value) && Object.keys(value).length > MOST_NODES) return refuse(`expected at most ${MOST_NODES} nodes`);
  const parsed = z.record(z.string(), node, 'expected a graph in API format: an object of nodes').safeParse(value);
  const nodes = parsed.success ? parsed.data : isObject(value) ? value : {};
  const errors = inputsOf(nodes).flatMap(({ id, input, value: found }): FieldError[] => {
    const problem = problemOf(nodes, input, found);
    if (problem === undefined) return [];
    return [{ path: formatPath([...prefix, id, 'inputs', input, ...(problem.path ?? [])]), message: problem.message }];
  });
  if (!parsed.success) return { graph: undefined, errors: [...fieldErrors(parsed.error, prefix), ...errors] };
  if (errors.length > 0) return { graph: undefined, errors };
  const graph: Graph = Object.fromEntries(
    Object.entries(parsed.data).map(([id, { class_type, inputs, _meta }]): [string, GraphNode] => [
      id,
      { class_type, inputs, ...(_meta === undefined ? {} : { _meta: _meta as { title?: string } }) },
    ]),
  );
  if (Object.keys(graph).length === 0) return refuse('expected at least one node');
  const round = circle(graph);
  if (round !== undefined) return refuse(`the links of node "${round}" form a circle`);
  return { graph, errors: [] };
}
