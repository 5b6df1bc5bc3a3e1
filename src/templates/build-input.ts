import type { ComfyuiInput, Graph, Upload } from '../contracts/comfyui.ts';
import { SEED_INPUTS } from './graph.ts';
import { fileKind, modelFiles } from './loaders.ts';
import { findPlaceholders } from './placeholders.ts';
import { substitute } from './substitute.ts';
import type { Template } from './template.ts';

interface Place {
  node: string;
  input: string;
}

/** The path of a fetched file. */
const FETCHED = /^fetched\/[0-9a-f]{64}\.[a-z0-9]{1,8}$/;

/** The seed of a graph: the value of the seed parameter, or of the first sampler that adds noise. */
function seedOf(graph: Graph, preferred: readonly Place[]): number | null {
  const all = Object.entries(graph)
    .filter(([, { inputs }]) => inputs['add_noise'] !== 'disable')
    .flatMap(([node]) => SEED_INPUTS.map((input) => ({ node, input })));
  const found = [...preferred, ...all].map(({ node, input }) => graph[node]?.inputs[input]);
  return found.find((value) => typeof value === 'number') ?? null;
}

const isSame = (one: Place, other: Place): boolean => one.node === other.node && one.input === other.input;

/**
 * The files that a client's graph names itself. A loader's input is a file in ComfyUI's own folder, unless it is one
 * that was fetched for a request.
 */
const literalUploads = (graph: Graph, isLiteral: (place: Place) => boolean): Upload[] =>
  Object.entries(graph).flatMap(([node, { class_type: type, inputs }]) =>
    Object.entries(inputs).flatMap(([input, asset]) => {
      const kind = fileKind(type, input);
      const isUpload = kind !== undefined && typeof asset === 'string' && FETCHED.test(asset);
      return isUpload && isLiteral({ node, input }) ? [{ node, input, asset, kind }] : [];
    }),
  );

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
  const isOverridden = (place: Place): boolean => overridden.some((other) => isSame(other, place));
  return {
    template: template.name,
    graph,
    uploads: [
      ...places.flatMap(({ spec, node, input }) =>
        spec?.type === 'file' && !isOverridden({ node, input })
          ? [{ node, input, asset: String(graph[node]?.inputs[input]), kind: spec.kind }]
          : [],
      ),
      ...literalUploads(graph, (place) => !places.some((one) => isSame(one, place)) || isOverridden(place)),
    ],
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
