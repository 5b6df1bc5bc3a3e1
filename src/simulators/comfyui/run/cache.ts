import { isLink, type Graph } from '../graph.ts';
import type { NodeResult } from '../nodes/node-class.ts';

/** A finished node, and the id that it had then. */
export interface Cached {
  result: NodeResult;
  id: string;
}

/** What nodes of the last prompt made, by what went into them: node ids and `_meta` do not count, unknown inputs do. */
export interface Cache {
  keyOf(graph: Graph, id: string): string;
  get(key: string): Cached | undefined;
  set(key: string, cached: Cached): void;
  /** Forgets everything but these, as a new prompt makes the real one do. */
  keepOnly(keys: readonly string[]): void;
  /** Those of the last prompt that had something to show. */
  lastOutputs(): Cached[];
  clear(): void;
}

export function createCache(): Cache {
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
    get: (key) => entries.get(key),
    set: (key, cached) => entries.set(key, cached),
    keepOnly: (keys) => {
      entries = new Map([...entries].filter(([key]) => keys.includes(key)));
    },
    lastOutputs: () => [...entries.values()].filter(({ result }) => result.ui !== undefined),
    clear: () => entries.clear(),
  };
}
