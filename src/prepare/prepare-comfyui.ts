import type { AssetFolder } from '../assets/paths.ts';
import { comfyuiPayloadSchema, type ComfyuiInput, type Graph } from '../contracts/comfyui.ts';
import { fieldErrors, formatPath } from '../contracts/fields.ts';
import type { ErrorCode, FieldError } from '../errors.ts';
import { buildInput } from '../templates/build-input.ts';
import { drawSeeds, readGraph } from '../templates/graph.ts';
import { applyOverrides } from '../templates/overrides.ts';
import { resolveParams, type FileParam } from '../templates/params.ts';
import type { TemplateStore } from '../templates/template-store.ts';
import { findParamFiles } from './comfyui-files.ts';
import { findGraph } from './find-graph.ts';
import type { Prepare } from './prepare.ts';
import { summariseComfyui } from './summarise-comfyui.ts';

export interface PrepareComfyuiDeps {
  assets: AssetFolder;
  templates: TemplateStore;
  /** A whole number from 0 to 2^53 − 1. */
  randomSeed: (taskId: string) => number;
}

export interface PreparedComfyui {
  input: ComfyuiInput | undefined;
  summary: string;
  errors: FieldError[];
  /** The input as it would be, if only its files are wrong. */
  draft?: ComfyuiInput | undefined;
  /** The code of the answer, if it is more specific than `invalid_request`. */
  code?: ErrorCode | undefined;
}

/** How many ignored names the warnings list; the result lists all of them. */
const MOST_TOLD = 20;
const LONGEST_TOLD = 100;

const PARAMS = ['payload', 'params'];

const refuse = (errors: FieldError[], code?: ErrorCode): PreparedComfyui => ({
  input: undefined,
  summary: '',
  errors,
  code,
});

/** `extra_data` holds keys of paid nodes, which every reader of ComfyUI's queue or Temporal's history would see. */
const refusedFields = (payload: object): FieldError[] =>
  'extra_data' in payload && payload.extra_data !== null && payload.extra_data !== undefined
    ? [{ path: 'payload.extra_data', message: 'extra_data is not passed on to ComfyUI; remove it' }]
    : [];

/** Validates the payload of a `comfyui` task, its files included, and reports every error at once. */
export async function prepareComfyui(
  deps: PrepareComfyuiDeps,
  taskId: string,
  payload: object,
): Promise<PreparedComfyui> {
  const parsed = comfyuiPayloadSchema.safeParse(payload);
  const wrong = [...(parsed.success ? [] : fieldErrors(parsed.error, ['payload'])), ...refusedFields(payload)];
  const found = await findGraph(deps.templates, payload as Record<string, unknown>);
  if ('errors' in found) return refuse([...wrong, ...found.errors], found.code);
  if (!parsed.success || wrong.length > 0) return refuse(wrong);

  const { template } = found;
  const params = parsed.data.params ?? {};
  const { values, ...resolved } = resolveParams(
    template,
    params,
    { taskId, randomSeed: () => deps.randomSeed(taskId) },
    PARAMS,
  );
  const files = await findParamFiles(deps.assets, resolved.files);
  const overrides = applyOverrides(template.graph, params, PARAMS);
  if (resolved.errors.length + overrides.errors.length > 0)
    return refuse([...resolved.errors, ...files.errors, ...overrides.errors]);

  const sent = new Map(resolved.files.map(({ name, value }) => [name, value]));
  const filled = new Map([...values, ...sent, ...files.assets]);
  const finish = (graph: Graph) => {
    const changed = applyOverrides(graph, params, PARAMS);
    return { ...changed, graph: drawSeeds(changed.graph, () => deps.randomSeed(taskId)) };
  };
  const input = buildInput(template, filled, finish, resolved.ignored);
  const { errors: invalid } = readGraph(input.graph, PARAMS);
  if (invalid.length > 0) return refuse([...files.errors, ...invalid]);
  const { errors: missing } = await findParamFiles(deps.assets, literalFiles(input, resolved.files));
  const wrongFiles = [...files.errors, ...missing];
  if (wrongFiles.length > 0) return { ...refuse(wrongFiles), draft: input };
  return { input, summary: summariseComfyui(input, filled), errors: [] };
}

/** The files that the graph names itself, in addition to those of parameters. */
const literalFiles = ({ template, uploads }: ComfyuiInput, named: readonly FileParam[]): FileParam[] =>
  uploads
    .filter(({ asset }) => !named.some(({ value }) => value === asset))
    .map(({ node, input, asset, kind }) => ({
      name: `${node} ${input}`,
      kind,
      value: asset,
      path: formatPath(['payload', template === null ? 'workflow' : 'params', node, 'inputs', input]),
    }));

/** The description of the graph in the Web UI, in Markdown. */
const describe = ({ template, graph, models, uploads }: ComfyuiInput): string =>
  [
    `**Template** ${template ?? 'none, a graph of the client'} (${Object.keys(graph).length} nodes)`,
    `**Models** ${models.map(({ file }) => `\`${file}\``).join(', ') || 'none'}`,
    `**Input files** ${uploads.map(({ asset }) => `\`${asset}\``).join(', ') || 'none'}`,
  ].join('\n\n');

/**
 * Validates the payload of a `comfyui` task for `POST /submit_task`.
 * @param deps.missing models and node classes that ComfyUI lacks; nothing when it does not answer.
 */
export const createPrepareComfyui =
  (deps: PrepareComfyuiDeps & { missing: (input: ComfyuiInput) => Promise<FieldError[]> }): Prepare<'comfyui'> =>
  async (taskId, payload) => {
    const { input, draft, summary, errors, code } = await prepareComfyui(deps, taskId, payload);
    if (input === undefined) {
      const lacking = draft === undefined ? [] : await deps.missing(draft);
      return { input, errors: [...errors, ...lacking], code };
    }
    const warnings = input.ignored
      .slice(0, MOST_TOLD)
      .map(
        (name) => `payload.params.${name.slice(0, LONGEST_TOLD)} is not a parameter of the template and was ignored`,
      );
    const missing = await deps.missing(input);
    if (missing.length > 0) return { input: undefined, errors: missing, warnings };
    return { input, summary, details: describe(input), errors: [], warnings };
  };
