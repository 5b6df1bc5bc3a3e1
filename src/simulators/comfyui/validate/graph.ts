import { isObject, type Graph } from '../graph.ts';
import { nodeClass } from '../nodes/table.ts';
import type { ValidationTools } from './node.ts';
import { reason, type Reason } from './reasons.ts';
import { createWalk } from './walk.ts';

export interface NodeErrors {
  [id: string]: { errors: Reason[]; dependent_outputs: string[]; class_type: string };
}

export interface Validated {
  /** Set when nothing of the graph can run. */
  error?: Reason;
  /** Outputs that can run. */
  outputs: string[];
  nodeErrors: NodeErrors;
}

function unknownClass(graph: Graph, named: boolean): Reason | undefined {
  for (const [id, node] of Object.entries(graph)) {
    const { class_type: name, _meta: meta } = node as { class_type?: string | null; _meta?: unknown };
    if (typeof name === 'string' && nodeClass(name) !== undefined) continue;
    if (!named)
      return reason(
        'invalid_prompt',
        name === undefined
          ? 'Cannot execute because a node is missing the class_type property.'
          : `Cannot execute because node ${name} does not exist.`,
        `Node ID '#${id}'`,
      );
    const title = isObject(meta) && typeof meta['title'] === 'string' ? meta['title'] : undefined;
    const message =
      name === undefined
        ? `Node '${title ?? `ID #${id}`}' has no class_type. The workflow may be corrupted or a custom node is missing.`
        : `Node '${title ?? name ?? 'None'}' not found. The custom node may not be installed.`;
    return reason('missing_node_type', message, `Node ID '#${id}'`, {
      node_id: id,
      class_type: name ?? null,
      node_title: title ?? name ?? null,
    });
  }
  return undefined;
}

/**
 * Looks at every output and what feeds it. Outputs that are in order run even when others are not.
 * @param options.targets only these outputs, when given; `named` see `Behaviour.missingNodeType`.
 */
export function validateGraph(
  graph: Graph,
  options: ValidationTools & { targets?: readonly string[] | undefined; named: boolean },
): Validated {
  const unknown = unknownClass(graph, options.named);
  if (unknown !== undefined) return { error: unknown, outputs: [], nodeErrors: {} };
  const all = Object.keys(graph).filter(
    (id) => nodeClass(graph[id]?.class_type ?? '')?.outputNode === true && (options.targets?.includes(id) ?? true),
  );
  if (all.length === 0)
    return { error: reason('prompt_no_outputs', 'Prompt has no outputs', ''), outputs: [], nodeErrors: {} };
  const walk = createWalk(graph, options);
  const outputs: string[] = [];
  const nodeErrors: NodeErrors = {};
  const own: string[] = [];
  for (const output of all) {
    if (walk.output(output)) {
      outputs.push(output);
      continue;
    }
    own.push(...(walk.reasons.get(output) ?? []).map(({ message, details }) => `${message}: ${details}`));
    // Also to nodes that have nothing to do with this output but were found wrong before it: the real server does so.
    for (const [id, errors] of walk.reasons) {
      nodeErrors[id] ??= { errors, dependent_outputs: [], class_type: graph[id]?.class_type ?? '' };
      nodeErrors[id].dependent_outputs.push(output);
    }
  }
  if (outputs.length > 0) return { outputs, nodeErrors };
  const error = reason('prompt_outputs_failed_validation', 'Prompt outputs failed validation', own.join('\n'));
  return { error, outputs, nodeErrors };
}
