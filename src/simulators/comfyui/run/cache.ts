import { isLink, type Graph } from '../graph.ts';
import type { NodeResult } from '../nodes/node-class.ts';

/** A finished node, and the id that it had then. */
export interface Cached {
  result: NodeResult;
  id: string;
}

/** What nodes of the last prompt made, by what went into them: node ids and `_meta` do not count, unknown inputs do. */
export function createCache() {
  let entries = new Map<string, Cached>();
  const keyOf = (graph: Graph, id: string): string => {
    const node = graph[id];
    if (node === undefined) return 'nothing';
    const inputs = Object.entries(node.inputs)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, value]) => [name, isLink(value) ? [keyOf(graph, value[0]), value[1]] : value]);
    return JSON.stringify([node.class_type, inputs]);
  };
  return {
    keyOf,
    get: (key: string) => entries.get(key),
    set: (key: string, cached: Cached) => void entries.set(key, cached),
    /** Forgets everything but these, as a new prompt makes the real one do. */
    keepOnly: (keys: readonly string[]) => {
      entries = new Map([...entries].filter(([key]) => keys.includes(key)));
    },
    /** Those of the last prompt that had something to show. */
    lastOutputs: () => [...entries.values()].filter(({ result }) => result.ui !== undefined),
    clear: () => entries.clear(),
  };
}
export type Cache = ReturnType<typeof createCache>;
