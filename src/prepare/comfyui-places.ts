import type { FileUse } from '../assets/file-kind/kind-by-name.ts';
import type { MediaKind } from '../contracts/comfyui.ts';
import type { FilePlace, FindFilePlaces } from '../sources/file-places.ts';
import { fileKind } from '../templates/loaders.ts';
import { overridesOf } from '../templates/overrides.ts';
import type { TemplateStore } from '../templates/template-store.ts';
import type { Template } from '../templates/template.ts';
import { findGraph } from './find-graph.ts';

const USES: Readonly<Record<MediaKind, readonly FileUse[]>> = {
  image: ['image'],
  video: ['video'],
  // The beginning of a container does not show whether it has a picture.
  audio: ['audio', 'video'],
  file: ['image', 'video', 'audio', '3d', 'text', 'other'],
};

const place = (path: readonly PropertyKey[], value: unknown, kind: MediaKind | undefined): FilePlace[] =>
  typeof value === 'string' && kind !== undefined ? [{ path, value, accepts: USES[kind], standIn: 'unfetched' }] : [];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function inParams({ params: specs, graph }: Template, params: Record<string, unknown>): FilePlace[] {
  const named = [...specs].flatMap(([name, spec]) =>
    spec.type === 'file'
      ? [name, ...spec.aliases].flatMap((key) =>
          Object.hasOwn(params, key) ? place(['params', key], params[key], spec.kind) : [],
        )
      : [],
  );
  const set = overridesOf(params).flatMap(({ node, input, value, path }) =>
    Object.hasOwn(graph, node) ? place(['params', ...path], value, fileKind(graph[node]?.class_type ?? '', input)) : [],
  );
  return [...named, ...set];
}

const inGraph = ({ graph }: Template): FilePlace[] =>
  Object.entries(graph).flatMap(([node, { class_type: type, inputs }]) =>
    Object.entries(inputs).flatMap(([input, value]) =>
      place(['workflow', node, 'inputs', input], value, fileKind(type, input)),
    ),
  );

/**
 * The files of a `comfyui` payload: parameters of the kind `file`, and inputs of loaders that are known, in a graph of
 * the client and in settings of nodes.
 */
export const createComfyuiPlaces =
  ({ templates }: { templates: TemplateStore }): FindFilePlaces =>
  async (payload) => {
    const sent = payload as Record<string, unknown>;
    const found = await findGraph(templates, sent);
    if (!('template' in found)) return [];
    const { template } = found;
    const { params } = sent;
    return [
      ...(template.name === null ? inGraph(template) : []),
      ...(isObject(params) ? inParams(template, params) : []),
    ];
  };
