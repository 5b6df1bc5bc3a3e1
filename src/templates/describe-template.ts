import { modelFiles } from './loaders.ts';
import { paramsJsonSchema } from './json-schema.ts';
import { resolveParams } from './params.ts';
import { findPlaceholders } from './placeholders.ts';
import { substitute } from './substitute.ts';
import type { Template } from './template.ts';

/** A template as `GET /templates` shows it. */
export interface TemplateDescription {
  name: string | null;
  description: string;
  /** JSON Schema of `params`. */
  params: Record<string, unknown>;
  /** Parameters that are files, and of which kind. */
  files: { param: string; kind: string }[];
  outputs: { node: string; kind: string }[] | null;
  /** The model files that it loads with its defaults. */
  models: { folder: string; file: string; node: string; input: string }[];
}

/** Describes a template for clients. */
export function describeTemplate(template: Template): TemplateDescription {
  const { values } = resolveParams(template, {}, { taskId: '', randomSeed: () => 0 }, []);
  const unset = findPlaceholders(template.graph).filter(({ name }) => !values.has(name));
  const shown = new Map([...values, ...unset.map(({ name }) => [name, `{{${name}}}`] as const)]);
  return {
    name: template.name,
    description: template.description,
    params: paramsJsonSchema(template),
    files: [...template.params].flatMap(([param, spec]) => (spec.type === 'file' ? [{ param, kind: spec.kind }] : [])),
    outputs: template.outputs === undefined ? null : [...template.outputs],
    models: modelFiles(substitute(template.graph, shown), template.models),
  };
}
