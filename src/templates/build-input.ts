import type { ComfyuiInput, Graph } from '../contracts/comfyui.ts';
import { SEED_INPUTS } from './graph.ts';
import { modelFiles } from './loaders.ts';
import { findPlaceholders } from './placeholders.ts';
import { substitute } from './substitute.ts';
import type { Template } from './template.ts';

interface Place {
  node: string;
  input: string;
}

/** The seed of a graph: the value of the seed parameter, or of the first sampler that adds noise. */
function seedOf(graph: Graph, preferred: readonly Place[]): number | null {
  const all = Object.entries(graph)
    .filter(([, { inputs }]) => inputs['add_noise'] !== 'disable')
    .flatMap(([node]) => SEED_INPUTS.map((input) => ({ node, input })));
  const found = [...preferred, ...all].map(({ node, input }) => graph[node]?.inputs[input]);
  return found.find((value) => typeof value === 'number') ?? null;
}

/**
 * Puts a template, the values of its parameters and a client's node overrides together into the input of the driver.
 * @param values one for every placeholder; those of files are paths relative to ASSET_PATH.
 * @param override sets inputs node by node.
 */
export function buildInput(
  template: Template,
  values: ReadonlyMap<string, unknown>,
  override: (graph: Graph) => { graph: Graph; overridden: readonly Place[] },
  ignored: readonly string[],
): ComfyuiInput {
  const { graph, overridden } = override(substitute(template.graph, values));
  const places = findPlaceholders(template.graph).map(({ name, node, path }) => ({
    spec: template.params.get(name),
    node,
    input: String(path[0]),
  }));
  const isOverridden = ({ node, input }: Place): boolean =>
    overridden.some((other) => other.node === node && other.input === input);
  return {
    template: template.name,
    graph,
    uploads: places.flatMap(({ spec, node, input }) =>
      spec?.type === 'file' && !isOverridden({ node, input })
        ? [{ node, input, asset: String(graph[node]?.inputs[input]), kind: spec.kind }]
        : [],
    ),
    seed: seedOf(
      graph,
      places.filter(({ spec }) => spec?.type === 'seed'),
    ),
    models: modelFiles(graph, template.models),
    ...(template.outputs === undefined ? {} : { outputs: [...template.outputs] }),
    ...(template.vramMb === null ? {} : { vramMb: template.vramMb }),
    ignored: [...ignored],
  };
}
