import { isObject, type Graph, type GraphNode } from '../graph.ts';
import type { ModelFiles } from '../model-files.ts';
import type { InputSpec, NodeClass } from '../nodes/node-class.ts';
import { resolveSpec } from '../nodes/object-info.ts';
import { nodeClass } from '../nodes/table.ts';
import { checkLink } from './link.ts';
import { checkLiteral } from './literal.ts';
import { reason, type Reason } from './reasons.ts';

export interface ValidationTools {
  models: ModelFiles;
  /** Whether LoadImage would find it. */
  inputExists: (name: string) => boolean;
  /** See `Behaviour.dynamicVideoFormat`. */
  dynamicVideoFormat: boolean;
}

/** Before 0.30 these were plain lists. */
const PLAIN_VIDEO: Record<string, InputSpec> = { format: [['auto', 'mp4'], {}], codec: [['auto', 'h264'], {}] };

function specsOf(
  one: NodeClass,
  tools: ValidationTools,
): { required: Record<string, InputSpec>; optional: Record<string, InputSpec> } {
  if (one.name !== 'SaveVideo') return { required: one.required, optional: one.optional ?? {} };
  if (!tools.dynamicVideoFormat) return { required: { ...one.required, ...PLAIN_VIDEO }, optional: {} };
  // A dynamic combo is looked at only when the node runs.
  return {
    required: Object.fromEntries(Object.entries(one.required).filter(([name]) => name !== 'format')),
    optional: one.optional ?? {},
  };
}

/** Looks at a node's own inputs, coerces them in place; gives what is wrong. @throws ValidationCrash */
export function checkNode(graph: Graph, node: GraphNode, tools: ValidationTools): Reason[] {
  const one = nodeClass(node.class_type);
  if (one === undefined) return [];
  const { required, optional } = specsOf(one, tools);
  const reasons: Reason[] = [];
  for (const [name, raw] of Object.entries({ ...required, ...optional })) {
    const spec = resolveSpec(raw, tools.models) as InputSpec;
    const given = node.inputs[name];
    if (given === undefined) {
      if (name in required)
        reasons.push(reason('required_input_missing', 'Required input is missing', name, { input_name: name }));
    } else if (Array.isArray(given)) {
      const wrong = checkLink(graph, name, spec, given);
      if (wrong !== undefined) reasons.push(wrong);
    } else if (one.check?.[name] !== undefined) {
      const wrong = one.check[name](given, tools.inputExists);
      if (wrong !== undefined)
        reasons.push(
          reason('custom_validation_failed', 'Custom validation failed for node', `${name} - ${wrong}`, {
            input_name: name,
          }),
        );
    } else {
      // The wrapper that keeps a literal list from being read as a link.
      const value = isObject(given) && '__value__' in given ? given['__value__'] : given;
      const checked = checkLiteral(name, spec, value);
      if ('reason' in checked) reasons.push(checked.reason);
      else node.inputs[name] = checked.value;
    }
  }
  return reasons;
}
