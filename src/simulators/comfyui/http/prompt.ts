import { randomUUID } from 'node:crypto';
import type { Core } from '../core.ts';
import { useUp } from '../faults.ts';
import { existsSync } from 'node:fs';
import { isObject, type Graph } from '../graph.ts';
import { inputPath } from '../run/tools.ts';
import { validateGraph, type Validated } from '../validate/graph.ts';
import { str, toFloat } from '../validate/python.ts';
import { reason, type Reason } from '../validate/reasons.ts';
import { json } from './body.ts';
import { empty, get, ok, post, serverError, trickle, type Answer, type Call, type Route } from './route.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Fields that the queue does not show. */
const SECRETS = ['auth_token_comfy_org', 'api_key_comfy_org'];

const refused = (error: Reason, nodeErrors: Validated['nodeErrors'] = {}): Answer => ({
  status: 400,
  body: { error, node_errors: nodeErrors },
});

/** The number of a submission; one that is refused later uses one up too. @throws when it is not a number. */
function numberOf(body: Record<string, unknown>, { flags }: Core): number {
  if ('number' in body) return toFloat(body['number']);
  const number = flags.counter++;
  return body['front'] === true ? -number : number;
}

/** @throws Reason text as an answer when the id is not allowed. */
function idOf(body: Record<string, unknown>, strict: boolean): string | undefined {
  const given = body['prompt_id'];
  if (given === undefined || given === null) return randomUUID();
  if (!strict) return str(given);
  return typeof given === 'string' && UUID.test(given) ? given : undefined;
}

function graphOf(prompt: unknown): Graph {
  if (!isObject(prompt)) throw new TypeError('prompt is not a dict');
  for (const node of Object.values(prompt)) {
    if (!isObject(node)) throw new TypeError('a node is not a dict');
    if ('inputs' in node && !isObject(node['inputs'])) throw new TypeError('inputs are not a dict');
  }
  return prompt as unknown as Graph;
}

/** A fault: the last output, if there are several, is said to be wrong and does not run. */
function acceptPartly(graph: Graph, validated: Validated): void {
  const output = validated.outputs.at(-1);
  if (output === undefined) return;
  if (validated.outputs.length > 1) validated.outputs.pop();
  validated.nodeErrors[output] = {
    errors: [reason('value_not_in_list', 'Value not in list', "format: 'x' not in ['auto']", { input_name: 'format' })],
    dependent_outputs: [output],
    class_type: graph[output]?.class_type ?? '',
  };
}

function extraDataOf(body: Record<string, unknown>, { behaviour }: Core): Record<string, unknown> {
  const given = body['extra_data'] ?? {};
  if (!isObject(given)) throw new TypeError('extra_data is not a dict');
  return {
    ...Object.fromEntries(Object.entries(given).filter(([name]) => !SECRETS.includes(name))),
    ...('client_id' in body && { client_id: body['client_id'] }),
    ...(behaviour.createTime && { create_time: Date.now() }),
  };
}

/** @throws where Python would: the answer is then a 500. */
function submit({ core, body: bytes, response }: Call): Answer | 'handled' {
  const { behaviour, faults } = core;
  if (useUp(faults, 'hangsBeforeQueueing')) return 'handled';
  const parsed = json(bytes);
  if (!isObject(parsed) && !Array.isArray(parsed)) throw new TypeError('argument of this type is not iterable');
  const body = isObject(parsed) ? parsed : {};
  const number = numberOf(body, core);
  if (!('prompt' in body)) return refused(reason('no_prompt', 'No prompt provided', 'No prompt provided'));
  const id = faults.ownPromptIds ? randomUUID() : idOf(body, behaviour.strictPromptIds);
  if (id === undefined)
    return refused(
      reason(
        'invalid_prompt_id',
        'prompt_id must be a valid UUID',
        'prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server generate one',
      ),
    );
  const graph = graphOf(body['prompt']);
  const targets = body['partial_execution_targets'];
  const validated = validateGraph(graph, {
    models: core.models,
    inputExists: (name) => existsSync(inputPath(core, name) ?? ''),
    dynamicVideoFormat: behaviour.dynamicVideoFormat,
    named: behaviour.missingNodeType,
    targets: Array.isArray(targets) ? targets.map(String) : undefined,
  });
  if (validated.error !== undefined) return refused(validated.error, validated.nodeErrors);
  if (useUp(faults, 'partialAccepts')) acceptPartly(graph, validated);
  const prompt = { number, id, graph, extraData: extraDataOf(body, core), outputs: validated.outputs, index: -1 };
  prompt.index = core.counters.submitted(prompt);
  core.queue.put(prompt);
  if (useUp(faults, 'errorsAfterQueueing')) return serverError();
  const odd = faults.oddAfterQueueing;
  if (odd.times > 0) {
    odd.times--;
    return { status: odd.status, body: odd.body };
  }
  if (useUp(faults, 'tricklesAfterQueueing')) {
    trickle(response);
    return 'handled';
  }
  if (useUp(faults, 'resetsAfterQueueing')) response.socket?.resetAndDestroy();
  else if (!useUp(faults, 'hangsAfterQueueing'))
    return ok({ prompt_id: id, number, node_errors: validated.nodeErrors });
  return 'handled';
}

export const promptRoutes: Route[] = [
  post(/^\/prompt$/, submit),
  get(/^\/prompt$/, ({ core }) => ok({ exec_info: { queue_remaining: core.queue.length() } })),
  post(/^\/free$/, ({ core, body }) => {
    const wish = json(body) as Record<string, unknown>;
    core.counters.count('freeCalls');
    if (wish['unload_models'] === true) core.flags.unloadModels = true;
    if (wish['free_memory'] === true) core.flags.freeMemory = true;
    core.queue.wake();
    return empty();
  }),
];
