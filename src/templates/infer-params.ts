import type { Graph } from '../contracts/comfyui.ts';
import { SEED_INPUTS } from './graph.ts';
import { fileKind } from './loaders.ts';
import { findPlaceholders, type Placeholder } from './placeholders.ts';
import type { ParamSpec } from './params-schema.ts';
import { TASK_ID } from './template.ts';

const specFor = (graph: Graph, name: string, places: readonly Placeholder[]): ParamSpec => {
  const common = { description: '', aliases: [] };
  const inputs = places.map(({ path }) => String(path[0]));
  const whole = places.every((place) => place.whole && place.path.length === 1);
  const isSeed = places.some((place, index) => place.whole && SEED_INPUTS.includes(inputs[index] ?? ''));
  if (name === 'SEED' || isSeed) return { type: 'seed', ...common };
  const [kind, ...others] = places.map(({ node }, index) =>
    fileKind(graph[node]?.class_type ?? '', inputs[index] ?? ''),
  );
  if (whole && kind !== undefined && others.every((other) => other === kind)) return { type: 'file', kind, ...common };
  return { type: 'scalar', ...common };
};

/**
 * Parameters of placeholders that no params file describes. Each is required and takes any plain value. A seed is
 * recognised by its input, a file by the node that loads it.
 */
export function inferParams(graph: Graph, described: ReadonlySet<string>): Map<string, ParamSpec> {
  const places = new Map<string, Placeholder[]>();
  for (const place of findPlaceholders(graph)) {
    const { name } = place;
    if (name === TASK_ID || described.has(name)) continue;
    const others = places.get(name);
    if (others === undefined) places.set(name, [place]);
    else others.push(place);
  }
  return new Map([...places].map(([name, found]) => [name, specFor(graph, name, found)]));
}
