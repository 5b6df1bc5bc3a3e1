import type { Graph } from '../contracts/comfyui.ts';
import { fieldErrors } from '../contracts/fields.ts';
import { messageOf, type FieldError } from '../errors.ts';
import { templateProblems } from './check-template.ts';
import { readGraph } from './graph.ts';
import { inferParams } from './infer-params.ts';
import { paramsFileSchema, type ParamsFile } from './params-schema.ts';
import type { Template } from './template.ts';

/** The reasons why a template cannot be used; the message has all of them. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}

const told = (file: string, errors: readonly FieldError[]): string =>
  errors.map(({ path, message }) => `${file}: ${path === '' ? '' : `${path}: `}${message}`).join('; ');

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new TemplateError(`${file} is not valid JSON: ${messageOf(error)}`, { cause: error });
  }
}

function parseParams(file: string, text: string | undefined): ParamsFile {
  if (text === undefined) return { description: '', params: {}, outputs: undefined, models: [] };
  const parsed = paramsFileSchema.safeParse(parseJson(file, text));
  if (!parsed.success) throw new TemplateError(told(file, fieldErrors(parsed.error)));
  return parsed.data;
}

/** A graph with the parameters that a params file describes; the others are inferred from it. */
export function withParams(name: string | null, graph: Graph, file: ParamsFile): Template {
  const described = new Map(Object.entries(file.params));
  return {
    name,
    description: file.description,
    graph,
    params: new Map([...described, ...inferParams(graph, new Set(described.keys()))]),
    outputs: file.outputs,
    models: file.models,
    vramMb: file.vram_mb ?? null,
  };
}

/** The template of a graph that a client sent: its placeholders are also parameters. */
export const fromWorkflow = (graph: Graph): Template => withParams(null, graph, parseParams('', undefined));

/**
 * Reads a template from the texts of its files.
 * @throws {TemplateError} with everything that is wrong.
 */
export function parseTemplate(name: string, graphText: string, paramsText: string | undefined): Template {
  const graphFile = `${name}.json`;
  const paramsFile = `${name}.params.json`;
  const { graph, errors } = readGraph(parseJson(graphFile, graphText), []);
  if (graph === undefined) throw new TemplateError(told(graphFile, errors));
  const file = parseParams(paramsFile, paramsText);
  const template = withParams(name, graph, file);
  const problems = templateProblems(template, file);
  if (problems.length > 0) throw new TemplateError(`${graphFile}: ${problems.join('; ')}`);
  return template;
}
