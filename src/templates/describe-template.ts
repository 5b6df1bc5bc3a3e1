import type { TemplateDescription } from '../contracts/template-description.ts';
import { modelFiles } from './loaders.ts';
import { paramsJsonSchema } from './json-schema.ts';
import { resolveParams } from './params.ts';
import { findPlaceholders } from './placeholders.ts';
import { substitute } from './substitute.ts';
import type { Template } from './template.ts';

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
