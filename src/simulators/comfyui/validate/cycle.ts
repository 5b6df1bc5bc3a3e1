import { sourcesOf, type Graph } from '../graph.ts';

/** The nodes of the first cycle on the way up from a node, first to last, or undefined. */
export function findCycle(graph: Graph, from: string): string[] | undefined {
  const clear = new Set<string>();
  const walk = (id: string, trail: string[]): string[] | undefined => {
    const at = trail.indexOf(id);
    if (at >= 0) return trail.slice(at);
    const node = graph[id];
    if (node === undefined || clear.has(id)) return undefined;
    for (const source of sourcesOf(node)) {
      const cycle = walk(source, [...trail, id]);
      if (cycle !== undefined) return cycle;
    }
    clear.add(id);
    return undefined;
  };
  return walk(from, []);
}
