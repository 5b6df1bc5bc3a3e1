import { sourcesOf, type Graph } from '../graph.ts';
import { nodeClass } from '../nodes/table.ts';

/**
 * The nodes to run, outputs first, each followed by what feeds it; `isDone` ones and what is behind them are left out.
 */
function wanted(graph: Graph, outputs: readonly string[], isDone: (id: string) => boolean): string[] {
  const found = new Set<string>();
  const stack: string[] = [];
  for (const output of outputs) {
    stack.push(output);
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      const node = graph[id];
      if (node === undefined || found.has(id)) continue;
      found.add(id);
      if (!isDone(id)) stack.push(...sourcesOf(node).filter((source) => !isDone(source)));
    }
  }
  return [...found];
}

/**
 * The order in which the real server runs nodes: of those that are ready an output first, so that people see something;
 * then one that an output waits for, then one that such a one waits for.
 */
export function runningOrder(graph: Graph, outputs: readonly string[], isDone: (id: string) => boolean): string[] {
  const left = wanted(graph, outputs, isDone);
  const feeds = (id: string): string[] =>
    left.filter((other) => graph[other] !== undefined && sourcesOf(graph[other]).includes(id));
  const isOutput = (id: string): boolean => nodeClass(graph[id]?.class_type ?? '')?.outputNode === true;
  const order: string[] = [];
  while (left.length > 0) {
    const ready = left.filter(
      (id) =>
        isDone(id) || sourcesOf(graph[id] ?? { class_type: '', inputs: {} }).every((source) => !left.includes(source)),
    );
    const next =
      ready.find(isOutput) ??
      ready.find((id) => feeds(id).some(isOutput)) ??
      ready.find((id) => feeds(id).some((fed) => feeds(fed).some(isOutput))) ??
      ready[0];
    if (next === undefined) throw new Error('the graph has a cycle');
    left.splice(left.indexOf(next), 1);
    order.push(next);
  }
  return order;
}
