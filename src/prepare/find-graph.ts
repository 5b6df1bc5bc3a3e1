import { isAbsent } from '../contracts/fields.ts';
import type { ErrorCode, FieldError } from '../errors.ts';
import { readGraph } from '../templates/graph.ts';
import { didYouMean, nearest } from '../contracts/nearest.ts';
import { fromWorkflow } from '../templates/parse-template.ts';
import type { TemplateStore } from '../templates/template-store.ts';
import type { Template } from '../templates/template.ts';

/** The template to fill, or the errors, and the code of the answer if it is more specific than `invalid_request`. */
export type FoundGraph = { template: Template } | { errors: FieldError[]; code?: ErrorCode | undefined };

const refuse = (path: string, message: string, code?: ErrorCode): FoundGraph => ({
  errors: [{ path, message }],
  code,
});

async function findTemplate(store: TemplateStore, sent: string): Promise<FoundGraph> {
  const { templates, broken } = await store.list();
  const name = sent.replace(/\.json$/, '');
  const template = templates.find((one) => one.name === name);
  if (template !== undefined) return { template };
  const problem = broken.find((one) => one.name === name)?.problem;
  if (problem !== undefined) return refuse('payload.template', `${name}: ${problem}`, 'template_broken');
  const names = templates.flatMap((one) => one.name ?? []);
  const near = nearest(name, names);
  const meant = near === undefined ? '.' : `; did you mean ${near}?`;
  const message = `there is no template called "${name.slice(0, 100)}"${meant} Available: ${names.join(', ') || 'none'}`;
  return refuse('payload.template', message, 'template_not_found');
}

/** The graph that a payload names: a template by its name, or one that the client sent along. */
export async function findGraph(store: TemplateStore, payload: Readonly<Record<string, unknown>>): Promise<FoundGraph> {
  const { template, workflow } = payload;
  if (!isAbsent(template) && !isAbsent(workflow))
    return refuse('payload.workflow', 'expected either a template or a workflow, not both');
  if (isAbsent(template) && isAbsent(workflow))
    return refuse(
      'payload.template',
      `expected the name of a template (GET /templates lists them), or a graph in payload.workflow${didYouMean(payload, 'template')}`,
    );
  if (typeof template === 'string' && !isAbsent(template)) return findTemplate(store, template.trim());
  if (typeof workflow === 'object' && workflow !== null && !Array.isArray(workflow)) {
    const { graph, errors } = readGraph(workflow, ['payload', 'workflow']);
    return graph === undefined ? { errors } : { template: fromWorkflow(graph) };
  }
  // The type is wrong, which the schema of the payload reports.
  return { errors: [] };
}
