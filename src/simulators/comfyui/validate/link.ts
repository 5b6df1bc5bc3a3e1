import type { Graph } from '../graph.ts';
import type { InputSpec } from '../nodes/node-class.ts';
import { nodeClass } from '../nodes/table.ts';
import { repr } from './python.ts';
import { reason, ValidationCrash, type Reason } from './reasons.ts';

/** Checks a list given as a link and gives the complaint. @throws ValidationCrash where Python stumbles. */
export function checkLink(graph: Graph, name: string, spec: InputSpec, given: readonly unknown[]): Reason | undefined {
  const info = { input_name: name, input_config: spec };
  if (given.length !== 2)
    return reason('bad_linked_input', 'Bad linked input, must be a length-2 list of [node_id, slot_index]', name, {
      ...info,
      received_value: given,
    });
  const [id, slot] = given as [unknown, unknown];
  const source = typeof id === 'string' ? graph[id] : undefined;
  if (source === undefined) throw new ValidationCrash('KeyError', repr(id));
  if (typeof slot !== 'number')
    throw new ValidationCrash(
      'TypeError',
      `tuple indices must be integers or slices, not ${typeof slot === 'string' ? 'str' : 'NoneType'}`,
    );
  const received = nodeClass(source.class_type)?.outputs[slot];
  if (received === undefined) throw new ValidationCrash('IndexError', 'tuple index out of range');
  const wanted = typeof spec[0] === 'string' ? spec[0] : repr(spec[0]);
  if (wanted === '*' || received === '*' || wanted === received) return undefined;
  return reason(
    'return_type_mismatch',
    'Return type mismatch between linked nodes',
    `${name}, received_type(${received}) mismatch input_type(${wanted})`,
    { ...info, received_type: received, linked_node: given },
  );
}
