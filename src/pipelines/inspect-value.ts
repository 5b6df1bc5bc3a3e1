import type { Shape } from '../contracts/engine-facts.ts';
import { formatPath } from '../contracts/fields.ts';
import { textInstead } from '../contracts/text-instead.ts';
import type { FieldError } from '../errors.ts';
import { checkPath } from './check-path.ts';
import { readNode, SPREAD_IN_LIST } from './nodes.ts';
import { formatReference, INDEX, ITEM, type Reference } from './reference.ts';

/** What references at some point of a request can name. */
export interface Scope {
  /** The shape of each step's result, a list under `for_each`; undefined where it is not known. */
  steps: ReadonlyMap<string, Shape | undefined>;
  /** The step that a misspelt name most likely means. */
  suggest: (name: string) => string | undefined;
  /** The step that refers, which cannot name itself. */
  self: string | undefined;
  /** Undefined where there is no `$item`. */
  item: { shape: Shape | undefined } | undefined;
}

/** What was found in a value. */
export interface Inspection {
  /** The steps that its references name. */
  uses: Set<string>;
  errors: FieldError[];
}

/** For one step; an answer has fewer. */
const MOST_ERRORS = 1000;

export const newInspection = (): Inspection => ({ uses: new Set(), errors: [] });

function lookUp(reference: Reference, scope: Scope): { shape: Shape | undefined } | { wrong: string } {
  const { root, path } = reference;
  const needsItem = root === ITEM || root === INDEX || path.includes(INDEX);
  if (needsItem && scope.item === undefined)
    return { wrong: `${formatReference(reference)} can only be used under for_each or in $each` };
  if (root === INDEX) return { shape: 'value' };
  if (root === ITEM) return checkPath(reference, scope.item?.shape);
  if (root === scope.self) return { wrong: `step ${root} refers to itself` };
  if (scope.steps.has(root)) return checkPath(reference, scope.steps.get(root));
  const near = scope.suggest(root);
  return { wrong: `there is no step ${root}${near === undefined ? '' : `; did you mean ${near}?`}` };
}

/** The shape of the items of a list; undefined when only the run will know it. */
const itemShape = (list: Shape | undefined): Shape | undefined =>
  Array.isArray(list) ? (list[0] as Shape) : undefined;

/**
 * Collects the references of a value, and what is wrong with them.
 * @param seen collects them.
 * @returns the shape of the value itself; undefined when unknown.
 */
export function inspectValue(
  value: unknown,
  path: readonly PropertyKey[],
  scope: Scope,
  seen: Inspection,
): Shape | undefined {
  const complain = (message: string): void => {
    if (seen.errors.length < MOST_ERRORS) seen.errors.push({ path: formatPath(path), message });
  };
  const follow = (reference: Reference): Shape | undefined => {
    const found = lookUp(reference, scope);
    if (scope.steps.has(reference.root)) seen.uses.add(reference.root);
    if ('wrong' in found) complain(found.wrong);
    return 'shape' in found ? found.shape : undefined;
  };
  const node = readNode(value);
  switch (node.kind) {
    case 'wrong':
      complain(node.message);
      break;
    case 'from':
      return follow(node.reference);
    case 'text':
      for (const piece of node.pieces)
        if (typeof piece !== 'string' && piece.reference !== null) follow(piece.reference);
      return 'value';
    case 'list':
      for (const [index, item] of node.items.entries()) {
        const part = readNode(item);
        if (part.kind === 'spread') inspectList(part.list, [...path, index, '$spread'], scope, seen);
        else inspectValue(item, [...path, index], scope, seen);
      }
      break;
    case 'spread':
      complain(SPREAD_IN_LIST);
      break;
    case 'object':
      for (const [key, part] of node.entries) inspectValue(part, [...path, key], scope, seen);
      break;
    case 'each': {
      const shape = inspectList(node.list, [...path, '$for'], scope, seen);
      const inside = { ...scope, item: { shape } };
      inspectValue(node.unlessNull, [...path, '$if'], inside, seen);
      inspectValue(node.each, [...path, '$each'], inside, seen);
      break;
    }
    case 'plain':
  }
  return undefined;
}

/** The same for a value that must be a list. @returns the shape of its items; undefined when unknown. */
export function inspectList(
  value: unknown,
  path: readonly PropertyKey[],
  scope: Scope,
  seen: Inspection,
): Shape | undefined {
  const { kind } = readNode(value);
  const shape = inspectValue(value, path, scope, seen);
  const isNone =
    kind === 'plain' || kind === 'object' || kind === 'text' || (shape !== undefined && !Array.isArray(shape));
  if (isNone && seen.errors.length < MOST_ERRORS)
    seen.errors.push({
      path: formatPath(path),
      message: `expected a list, or a reference to one such as voice.sentences${textInstead(value)}`,
    });
  return itemShape(shape);
}
