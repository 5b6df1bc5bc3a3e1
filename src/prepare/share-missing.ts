import type { ComfyuiInput } from '../contracts/comfyui.ts';
import type { FieldError } from '../errors.ts';

type Missing = (input: ComfyuiInput) => Promise<FieldError[]>;

/**
 * Graphs with the same needs share one pending answer: all steps of a pipeline ask at once, with about twenty requests
 * each.
 */
export function shareMissing(missing: Missing): Missing {
  const underWay = new Map<string, Promise<FieldError[]>>();
  return (input) => {
    const nodes = Object.entries(input.graph).map(([id, { class_type: type }]) => [id, type]);
    const key = JSON.stringify([input.template, input.models, nodes]);
    const asked = underWay.get(key) ?? missing(input).finally(() => underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  };
}
