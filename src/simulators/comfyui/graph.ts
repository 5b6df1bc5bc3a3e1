/** One node of a graph in API format. */
export interface GraphNode {
  class_type: string;
  inputs: Record<string, unknown>;
  _meta?: unknown;
}

/** A graph in API format: nodes by id. */
export type Graph = Record<string, GraphNode>;

/** The output of another node: its id and the number of its output. */
export type Link = [node: string, slot: number];

export const isLink = (value: unknown): value is Link =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The nodes that feed a node, in the order of its inputs. */
export const sourcesOf = (node: GraphNode): string[] =>
  Object.values(node.inputs)
    .filter(isLink)
    .map(([id]) => id);
