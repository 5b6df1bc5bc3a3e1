import type { Graph } from '../graph.ts';

/** A submitted graph. */
export interface Prompt {
  /** Lower runs first. */
  number: number;
  id: string;
  graph: Graph;
  extraData: Record<string, unknown>;
  /** How the counters name it. */
  index: number;
  /** The output nodes that passed validation. */
  outputs: string[];
}

/** As `/queue` and history show it. */
export type PromptTuple = [
  number: number,
  id: string,
  graph: Graph,
  extraData: Record<string, unknown>,
  outputs: string[],
];

export const tupleOf = ({ number, id, graph, extraData, outputs }: Prompt): PromptTuple => [
  number,
  id,
  graph,
  extraData,
  outputs,
];

/** The socket that gets its events, if one was named. */
export const clientOf = ({ extraData }: Prompt): string | undefined =>
  typeof extraData['client_id'] === 'string' ? extraData['client_id'] : undefined;

/** Python compares tuples member by member, and cannot compare two graphs. */
export function comesBefore(a: Prompt, b: Prompt): boolean {
  if (a.number !== b.number) return a.number < b.number;
  if (a.id !== b.id) return a.id < b.id;
  throw new TypeError("'<' not supported between instances of 'dict' and 'dict'");
}
