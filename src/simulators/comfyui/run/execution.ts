import type { Core } from '../core.ts';
import { useUp } from '../faults.ts';
import { nodeClass } from '../nodes/table.ts';
import { clientOf, tupleOf, type Prompt } from '../queue/prompt.ts';
import type { HistoryEntry } from '../queue/history.ts';
import type { Outcome } from '../stats.ts';
import type { Cached } from './cache.ts';
import { Interrupted, outOfMemory, RunFailure, Vanished, WorkerDeath } from './failure.ts';
import { runningOrder } from './order.ts';
import { createProgress } from './progress.ts';
import { compute, inputsOf, reuse, show, tell, type Run } from './run.ts';
import { checkpoint, createNodeTools, pause } from './tools.ts';

export interface Execution {
  entry: HistoryEntry;
  outcome: Outcome;
  cached: boolean;
}

/** Where failures that tests ask for strike: the first sampler, or else the first output node. */
function weakSpot(run: Run, order: readonly string[]): string | undefined {
  const classOf = (id: string) => nodeClass(run.prompt.graph[id]?.class_type ?? '');
  return order.find((id) => classOf(id)?.samples) ?? order.find((id) => classOf(id)?.outputNode);
}

function failOnPurpose({ core }: Run): void {
  const { faults } = core;
  if (useUp(faults, 'outOfMemory')) {
    core.vram.runOut();
    throw outOfMemory();
  }
  if (faults.failures.times > 0) {
    faults.failures.times--;
    throw new RunFailure(faults.failures.type, faults.failures.message);
  }
}

async function runNode(run: Run, node: string, weak: boolean): Promise<void> {
  const { core, prompt, progress } = run;
  const className = prompt.graph[node]?.class_type ?? '';
  core.flags.node = node;
  progress.start(node);
  tell(run, 'executing', { node, display_node: node });
  await checkpoint(core, { interruptible: true });
  await pause(core, core.faults.slowNodes[className] ?? 0);
  await checkpoint(core, { interruptible: false });
  if (weak) failOnPurpose(run);
  const result = await compute(run, node, createNodeTools(core, prompt, progress, node));
  run.results.set(node, result);
  run.executed.push(node);
  core.cache.set(core.cache.keyOf(prompt.graph, node), { result, id: node });
  show(run, node, result, node);
  progress.finish(node);
}

/** Inputs as the real server prints them: each in a list, whatever it is. */
const printed = (run: Run, node: string): Record<string, unknown> => {
  const { literal, made } = inputsOf(run, node);
  return {
    ...Object.fromEntries(Object.entries(literal).map(([name, value]) => [name, [String(value)]])),
    ...Object.fromEntries(Object.keys(made).map((name) => [name, ['tensor([[[[0.0000, 0.0000, 0.1255], ...]]])']])),
  };
};

function fail(run: Run, node: string, error: Error, type: string): void {
  const { graph } = run.prompt;
  tell(
    run,
    'execution_error',
    {
      node_id: node,
      node_type: graph[node]?.class_type,
      executed: run.executed,
      exception_message: error.message,
      exception_type: type,
      traceback: ['  File "execution.py", in execute\n', '  File "nodes.py", in run\n'],
      current_inputs: printed(run, node),
      current_outputs: Object.keys(graph),
    },
    type !== 'ExecutionBlocked',
  );
}

function end(run: Run, node: string | undefined, error: unknown): Outcome {
  if (error instanceof Vanished || run.core.signal.aborted) throw new Vanished();
  const id = node ?? '';
  if (error instanceof Interrupted) {
    tell(
      run,
      'execution_interrupted',
      { node_id: id, node_type: run.prompt.graph[id]?.class_type, executed: run.executed },
      true,
    );
    return 'interrupted';
  }
  fail(run, id, error as Error, error instanceof RunFailure ? error.type : 'Exception');
  return 'error';
}

/**
 * What the cache has for each node; a test can make it answer with the files of the last run, whatever went into them.
 */
function lookUp(core: Core, { graph, outputs }: Prompt): Map<string, Cached> {
  const found = new Map<string, Cached>();
  const forced = useUp(core.faults, 'cachedAnswers') ? core.cache.lastOutputs() : [];
  for (const id of Object.keys(graph)) {
    const last = outputs.includes(id) ? forced[outputs.indexOf(id)] : undefined;
    const cached =
      core.cache.get(core.cache.keyOf(graph, id)) ??
      last ??
      (forced.length > 0 ? { id, result: { outputs: [] } } : undefined);
    if (cached !== undefined) found.set(id, cached);
  }
  return found;
}

/** Runs a prompt to its end, whichever that is. @throws Vanished when it is to leave no trace. */
export async function execute(core: Core, prompt: Prompt): Promise<Execution> {
  const progress = createProgress({ sockets: core.sockets, promptId: prompt.id, client: clientOf(prompt) });
  const run: Run = { core, prompt, progress, messages: [], results: new Map(), outputs: {}, meta: {}, executed: [] };
  tell(run, 'execution_start', {}, true);
  // Validation looks only at what outputs need, the cache at every node: one without inputs gets this far.
  if (Object.values(prompt.graph).some((node) => (node.inputs as unknown) === undefined))
    throw new WorkerDeath("KeyError: 'inputs'");
  const cached = lookUp(core, prompt);
  core.cache.keepOnly(Object.keys(prompt.graph).map((id) => core.cache.keyOf(prompt.graph, id)));
  tell(run, 'execution_cached', { nodes: [...cached.keys()] }, true);
  for (const [id, { result }] of cached) run.results.set(id, result);
  const order = runningOrder(prompt.graph, prompt.outputs, (id) => cached.has(id));
  const weak = weakSpot(
    run,
    order.filter((id) => !cached.has(id)),
  );
  const blocked = useUp(core.faults, 'blockedBranches') ? order[0] : undefined;
  let outcome: Outcome = 'success';
  for (const node of order) {
    const known = cached.get(node);
    try {
      if (known === undefined) await runNode(run, node, node === weak);
      else reuse(run, node, known);
      if (node === blocked) fail(run, node, new Error('a branch was blocked'), 'ExecutionBlocked');
    } catch (error) {
      outcome = end(run, node, error);
      break;
    }
  }
  if (outcome === 'success') tell(run, 'execution_success', {}, true);
  core.flags.node = undefined;
  const entry: HistoryEntry = {
    prompt: tupleOf(prompt),
    outputs: run.outputs,
    status: {
      status_str: outcome === 'success' ? 'success' : 'error',
      completed: outcome === 'success',
      messages: run.messages,
    },
    meta: run.meta,
  };
  return { entry, outcome, cached: run.executed.length === 0 };
}
