import type { Core } from '../core.ts';
import { isLink } from '../graph.ts';
import { nodeClass, runOf } from '../nodes/table.ts';
import type { NodeInputs, NodeResult, NodeTools } from '../nodes/node-class.ts';
import { clientOf, type Prompt } from '../queue/prompt.ts';
import type { HistoryEntry, Message } from '../queue/history.ts';
import type { Cached } from './cache.ts';
import type { Progress } from './progress.ts';

/** One run of one prompt: its results so far, and its events for the client. */
export interface Run {
  core: Core;
  prompt: Prompt;
  progress: Progress;
  messages: Message[];
  results: Map<string, NodeResult>;
  outputs: HistoryEntry['outputs'];
  meta: HistoryEntry['meta'];
  /** Nodes that were computed, in order. */
  executed: string[];
}

/** Sends an event to the prompt's client, if it named one, and keeps it for history when `keep` is set. */
export function tell(run: Run, event: string, data: Record<string, unknown>, keep = false): void {
  const { core, prompt, messages } = run;
  const whole = { prompt_id: prompt.id, ...data, ...(keep && { timestamp: Date.now() }) };
  if (keep) messages.push([event, whole]);
  const client = clientOf(prompt);
  if (client !== undefined) core.sockets.send(event, whole, client);
  // Only this one goes to everybody else.
  else if (event === 'execution_interrupted') core.sockets.send(event, whole);
}

/** Sends the `ui` output of a node and keeps it for history. @param was its id when it was computed. */
export function show(run: Run, node: string, { ui }: NodeResult, was: string): void {
  if (ui === undefined) return;
  run.outputs[node] = ui;
  run.meta[node] = { node_id: was, display_node: was, parent_node: null, real_node_id: was };
  const { core, prompt } = run;
  const client = clientOf(prompt);
  if (client !== undefined)
    core.sockets.send('executed', { node, display_node: node, output: ui, prompt_id: prompt.id }, client);
}

export function inputsOf(run: Run, node: string): NodeInputs {
  const inputs: NodeInputs = { literal: {}, made: {} };
  for (const [name, value] of Object.entries(run.prompt.graph[node]?.inputs ?? {}))
    if (isLink(value)) inputs.made[name] = run.results.get(value[0])?.outputs[value[1]] ?? {};
    else inputs.literal[name] = value;
  return inputs;
}

/** @throws what the node throws. */
export async function compute(run: Run, node: string, tools: NodeTools): Promise<NodeResult> {
  const one = nodeClass(run.prompt.graph[node]?.class_type ?? '');
  return one === undefined ? { outputs: [] } : runOf(one)(inputsOf(run, node), tools);
}

/** A node whose result is there already. */
export function reuse(run: Run, node: string, { result, id }: Cached): void {
  run.results.set(node, result);
  if (result.ui === undefined) return;
  show(run, node, result, id);
  run.progress.finish(node);
}
