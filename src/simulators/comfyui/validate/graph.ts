import { isLink, sourcesOf, type Graph } from '../graph.ts';
import { nodeClass } from '../nodes/table.ts';
import { findCycle } from './cycle.ts';
import { checkNode, type ValidationTools } from './node.ts';
import { crashed, reason, ValidationCrash, type Reason } from './reasons.ts';

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
    const name = node.class_type as string | undefined;
    if (name !== undefined && nodeClass(name) !== undefined) continue;
    if (!named)
      return reason(
        'invalid_prompt',
        name === undefined
          ? 'Cannot execute because a node is missing the class_type property.'
          : `Cannot execute because node ${name} does not exist.`,
        `Node ID '#${id}'`,
      );
    const message =
      name === undefined
        ? `Node 'ID #${id}' has no class_type. The workflow may be corrupted or a custom node is missing.`
        : `Node '${name}' not found. The custom node may not be installed.`;
    return reason('missing_node_type', message, `Node ID '#${id}'`, {
      node_id: id,
      class_type: name ?? null,
      node_title: name ?? null,
    });
  }
  return undefined;
}

/** Everything that feeds an output, itself first. */
function ancestry(graph: Graph, output: string): string[] {
  const seen = [output];
  for (const id of seen) {
    const node = graph[id];
    if (node !== undefined)
      seen.push(...new Set(sourcesOf(node).filter((source) => !seen.includes(source) && source in graph)));
  }
  return [...new Set(seen)];
}

/** It is told with the input of a node further down that was followed to get there. */
function crashedInside(graph: Graph, id: string, crash: ValidationCrash): Reason {
  const links = Object.values(graph).flatMap(({ inputs }) => Object.entries(inputs));
  const [name, link] = links.find(([, value]) => isLink(value) && value[0] === id) ?? ['', null];
  return reason('exception_during_inner_validation', 'Exception when validating inner node', crash.message, {
    input_name: name,
    exception_message: crash.message,
    exception_type: crash.type,
    traceback: ['  File "execution.py", in validate_inputs\n'],
    linked_node: link,
  });
}

function checkOutput(graph: Graph, output: string, tools: ValidationTools): Map<string, Reason[]> {
  const cycle = findCycle(graph, output);
  if (cycle !== undefined) {
    const names = [...cycle, cycle[0] ?? ''].map((id) => `${id} (${graph[id]?.class_type ?? ''})`).join(' -> ');
    return new Map(
      cycle.map((id) => [
        id,
        [reason('dependency_cycle', 'Dependency cycle detected', names, { node_id: id, cycle_nodes: cycle })],
      ]),
    );
  }
  const wrong = new Map<string, Reason[]>();
  for (const id of ancestry(graph, output)) {
    const node = graph[id];
    if (node === undefined) continue;
    try {
      const reasons = checkNode(graph, node, tools);
      if (reasons.length > 0) wrong.set(id, reasons);
    } catch (error) {
      if (!(error instanceof ValidationCrash)) throw error;
      wrong.set(id, [id === output ? crashed(error) : crashedInside(graph, id, error)]);
    }
  }
  return wrong;
}

/**
 * Looks at every output and what feeds it. Outputs that are in order run even when others are not.
 * @param targets only these outputs, when given. @param named see `Behaviour.missingNodeType`.
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
  const outputs: string[] = [];
  const nodeErrors: NodeErrors = {};
  const own: string[] = [];
  for (const output of all) {
    const wrong = checkOutput(graph, output, options);
    if (wrong.size === 0) outputs.push(output);
    own.push(...(wrong.get(output) ?? []).map(({ message, details }) => `${message}: ${details}`));
    for (const [id, errors] of wrong) {
      nodeErrors[id] ??= { errors, dependent_outputs: [], class_type: graph[id]?.class_type ?? '' };
      nodeErrors[id].dependent_outputs.push(output);
    }
  }
  if (outputs.length > 0) return { outputs, nodeErrors };
  const error = reason('prompt_outputs_failed_validation', 'Prompt outputs failed validation', own.join('\n'));
  return { error, outputs, nodeErrors };
}
