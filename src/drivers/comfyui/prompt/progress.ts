import type { Graph, GraphNode } from '../../../contracts/comfyui.ts';
import type { Stage } from '../../../contracts/task-status.ts';
import type { ComfyuiEvent } from '../client/socket-events.ts';

export interface GraphProgress {
  /** 0–1; it never decreases. */
  fraction: number;
  /** The running node and its step, such as `KSampler 12/20`. Empty before the first node. */
  text: string;
  /** The same for programs; null before the first node. */
  stage: Stage | null;
}

/**
 * The largest weight of a node. A node with `steps` weighs as much as that many nodes, because sampling is most of the
 * work.
 */
const MOST_WEIGHT = 200;

/** A server may send any number. */
const whole = (value: number, least: number): number =>
  Number.isSafeInteger(Math.round(value)) ? Math.max(least, Math.round(value)) : least;

export function weightOf(graph: Graph, id: string): number {
  const { class_type: type = '', inputs = {} } = graph[id] ?? {};
  const { sigmas } = inputs;
  // A scheduler only computes the sigmas; the sampler that links to it runs the steps.
  if (Array.isArray(sigmas)) return 1 + stepsOf(graph[String(sigmas[0])]?.inputs ?? {});
  return 1 + (/scheduler|sigmas/i.test(type) ? 0 : stepsOf(inputs));
}

/** Two samplers may share the steps: then each runs those from `start_at_step` to `end_at_step`. */
function stepsOf(inputs: Record<string, unknown>): number {
  const number = (name: string): number | undefined =>
    typeof inputs[name] === 'number' && Number.isFinite(inputs[name]) ? inputs[name] : undefined;
  const steps = number('steps') ?? 0;
  const part = Math.min(steps, number('end_at_step') ?? steps) - (number('start_at_step') ?? 0);
  return Math.min(Math.max(0, part), MOST_WEIGHT);
}

const titleOf = ({ _meta: meta, class_type: type }: GraphNode): string => meta?.title ?? type;

/** Computes the progress of the whole graph from ComfyUI's events about single nodes. */
export function createProgress(graph: Graph): { apply(event: ComfyuiEvent): void; current(): GraphProgress } {
  const done = new Map<string, number>();
  const weights = new Map(Object.keys(graph).map((id) => [id, weightOf(graph, id)]));
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  let best = 0;
  let text = '';
  let stage: Stage | null = null;

  function advance(id: string, part: number): void {
    if (graph[id] === undefined) return;
    done.set(id, Math.max(done.get(id) ?? 0, Math.min(1, Math.max(0, part))));
    const sum = [...done].reduce((all, [node, share]) => all + share * (weights.get(node) ?? 0), 0);
    if (total > 0) best = Math.max(best, sum / total);
  }

  function show(id: string, value: number, max: number): void {
    const node = graph[id];
    if (node === undefined) return;
    text = max > 1 ? `${titleOf(node)} ${value}/${max}` : titleOf(node);
    stage = { name: titleOf(node), node: id, step: whole(value, 0), steps: whole(max, 1) };
  }

  /** If the steps of this node are already shown, keep them: they say more than its name. */
  function showStart(id: string): void {
    const node = graph[id];
    if (node !== undefined && !text.startsWith(`${titleOf(node)} `)) show(id, 0, 1);
  }

  return {
    apply(event) {
      if (event.type === 'cached') for (const node of event.nodes) advance(node, 1);
      if (event.type === 'node') showStart(event.node);
      if (event.type === 'steps') {
        advance(event.node, event.max > 0 ? event.value / event.max : 0);
        show(event.node, event.value, event.max);
      }
      if (event.type !== 'states') return;
      for (const { node, value, max, finished } of event.nodes) {
        advance(node, finished ? 1 : max > 0 ? value / max : 0);
        if (!finished) show(node, value, max);
      }
    },
    current: () => ({ fraction: Math.min(1, best), text, stage }),
  };
}
