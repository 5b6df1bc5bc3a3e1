import type { ModelFiles } from '../model-files.ts';
import type { InputSpec, NodeClass } from './node-class.ts';

/** The allowed values of an input; a model folder becomes the list of its files. */
export const resolveSpec = (
  [type, config = {}]: InputSpec,
  models: ModelFiles,
): [string | readonly string[], Record<string, unknown>] => [
  typeof type === 'object' && 'folder' in type ? (models.list(type.folder) ?? []) : type,
  config,
];

const resolveAll = (specs: Record<string, InputSpec>, models: ModelFiles): Record<string, unknown> =>
  Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, resolveSpec(spec, models)]));

/** A class as `/object_info` describes it. @param images the files that LoadImage offers. */
export function objectInfo(one: NodeClass, models: ModelFiles, images: readonly string[]): Record<string, unknown> {
  const required = resolveAll(one.required, models);
  if (one.name === 'LoadImage') required['image'] = [images, { image_upload: true }];
  const optional = one.optional && resolveAll(one.optional, models);
  return {
    input: { required, ...(optional && { optional }) },
    input_order: { required: Object.keys(required), ...(optional && { optional: Object.keys(optional) }) },
    is_input_list: false,
    output: one.outputs,
    output_is_list: one.outputs.map(() => false),
    output_name: one.outputs,
    name: one.name,
    display_name: one.name,
    description: '',
    python_module: 'nodes',
    category: one.category,
    output_node: one.outputNode ?? false,
    has_intermediate_output: false,
    search_aliases: [],
  };
}
