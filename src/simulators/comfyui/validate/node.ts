import { isObject, type Graph, type GraphNode, type Link } from '../graph.ts';
import type { ModelFiles } from '../model-files.ts';
import type { InputSpec, NodeClass } from '../nodes/node-class.ts';
import { resolveSpec } from '../nodes/object-info.ts';
import { nodeClass } from '../nodes/table.ts';
import { checkLink } from './link.ts';
import { checkLiteral } from './literal.ts';
import { reason, ValidationCrash, type Reason } from './reasons.ts';

export interface ValidationTools {
  models: ModelFiles;
  /** Whether LoadImage would find it. */
  inputExists: (name: string) => boolean;
  /** See `Behaviour.dynamicVideoFormat`. */
  dynamicVideoFormat: boolean;
}

/** Before 0.30 these were plain lists. */
const PLAIN_VIDEO: Record<string, InputSpec> = { format: [['auto', 'mp4'], {}], codec: [['auto', 'h264'], {}] };

/** One class looks for its file itself, in place of the list of files. */
const isCheckedByItsClass = (one: NodeClass, input: string): boolean => one.name === 'LoadImage' && input === 'image';

function specsOf(
  one: NodeClass,
  tools: ValidationTools,
): [required: Record<string, InputSpec>, optional: Record<string, InputSpec>] {
  const { required, optional = {} } = one;
  if (one.name !== 'SaveVideo') return [required, optional];
  if (!tools.dynamicVideoFormat) return [{ ...required, ...PLAIN_VIDEO }, {}];
  // Dynamic combos are looked at only when the node runs.
  return [Object.fromEntries(Object.entries(required).filter(([name]) => name !== 'format')), {}];
}

function checkValue(
  one: NodeClass,
  node: GraphNode,
  name: string,
  spec: InputSpec,
  tools: ValidationTools,
): Reason | undefined {
  const given = node.inputs[name];
  if (isCheckedByItsClass(one, name))
    return tools.inputExists(String(given))
      ? undefined
      : reason(
          'custom_validation_failed',
          'Custom validation failed for node',
          `${name} - Invalid image file: ${String(given)}`,
          { input_name: name },
        );
  // The wrapper keeps a literal list from being read as a link.
  const checked = checkLiteral(name, spec, isObject(given) && '__value__' in given ? given['__value__'] : given);
  if ('reason' in checked) return checked.reason;
  node.inputs[name] = checked.value;
  return undefined;
}

/**
 * Looks at a node's own inputs and coerces them in place; gives the complaints.
 * @param follow looks at the node behind a link that is in order so far; its problems are its own.
 * @throws ValidationCrash where Python stumbles.
 */
export function checkNode(
  graph: Graph,
  node: GraphNode,
  tools: ValidationTools,
  follow: (input: string, link: Link) => void,
): Reason[] {
  const one = nodeClass(node.class_type);
  if (one === undefined) return [];
  // A node without inputs is an error only once something looks at it.
  if ((node.inputs as unknown) === undefined) throw new ValidationCrash('KeyError', "'inputs'");
  const [required, optional] = specsOf(one, tools);
  const reasons: Reason[] = [];
  for (const [name, raw] of Object.entries({ ...required, ...optional })) {
    const spec = resolveSpec(raw, tools.models) as InputSpec;
    const given = node.inputs[name];
    let wrong: Reason | undefined;
    if (given === undefined && isCheckedByItsClass(one, name))
      throw new ValidationCrash(
        'TypeError',
        `${one.name}.VALIDATE_INPUTS() missing 1 required positional argument: '${name}'`,
      );
    if (given === undefined)
      wrong =
        name in required
          ? reason('required_input_missing', 'Required input is missing', name, { input_name: name })
          : undefined;
    else if (Array.isArray(given)) {
      wrong = checkLink(graph, name, spec, given);
      if (wrong === undefined) follow(name, given as Link);
    } else wrong = checkValue(one, node, name, spec, tools);
    if (wrong !== undefined) reasons.push(wrong);
  }
  return reasons;
}
