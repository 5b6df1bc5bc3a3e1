import type { Graph, Link } from '../graph.ts';
import { checkNode, type ValidationTools } from './node.ts';
import { crashed, reason, ValidationCrash, type Reason } from './reasons.ts';

/** Which nodes are in order, with what they link to; a node is looked at once, whatever needs it. */
export function createWalk(graph: Graph, tools: ValidationTools) {
  const verdicts = new Map<string, boolean>();
  const reasons = new Map<string, Reason[]>();
  const trail: string[] = [];

  const judge = (id: string, wrong: Reason[], good: boolean): boolean => {
    verdicts.set(id, good);
    if (wrong.length > 0) reasons.set(id, wrong);
    return good;
  };

  function closeCycle(cycle: string[]): false {
    const names = [...cycle, cycle[0] ?? ''].map((id) => `${id} (${graph[id]?.class_type ?? ''})`).join(' -> ');
    for (const id of cycle)
      judge(
        id,
        [reason('dependency_cycle', 'Dependency cycle detected', names, { node_id: id, cycle_nodes: cycle })],
        false,
      );
    return false;
  }

  /** @throws ValidationCrash of the node itself. */
  function validateNode(id: string): boolean {
    const known = verdicts.get(id);
    if (known !== undefined) return known;
    const at = trail.indexOf(id);
    if (at >= 0) return closeCycle(trail.slice(at));
    const node = graph[id];
    if (node === undefined) throw new ValidationCrash('KeyError', `'${id}'`);
    trail.push(id);
    let good = true;
    try {
      const wrong = checkNode(graph, node, tools, (input, link) => {
        if (!follow(input, link)) good = false;
      });
      const inCycle = reasons.has(id);
      return inCycle ? false : judge(id, wrong, good && wrong.length === 0);
    } finally {
      trail.pop();
    }
  }

  function follow(input: string, link: Link): boolean {
    try {
      return validateNode(link[0]);
    } catch (error) {
      if (!(error instanceof ValidationCrash)) throw error;
      const inside = reason(
        'exception_during_inner_validation',
        'Exception when validating inner node',
        error.message,
        {
          input_name: input,
          exception_message: error.message,
          exception_type: error.type,
          traceback: ['  File "execution.py", in validate_inputs\n'],
          linked_node: link,
        },
      );
      return judge(link[0], [inside], false);
    }
  }

  return {
    /** The complaints so far, by node. */
    reasons,
    /** Looks at an output and at everything that feeds it. @returns whether all of that is in order. */
    output: (id: string): boolean => {
      try {
        return validateNode(id);
      } catch (error) {
        if (!(error instanceof ValidationCrash)) throw error;
        return judge(id, [crashed(error)], false);
      }
    },
  };
}
export type Walk = ReturnType<typeof createWalk>;
