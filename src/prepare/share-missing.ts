import type { ComfyuiInput } from '../contracts/comfyui.ts';
import type { FieldError } from '../errors.ts';

type Missing = (input: ComfyuiInput) => Promise<FieldError[]>;

/** Graphs that need the same share the answer that is under way: the steps of a pipeline all ask at once, some twenty questions each. */
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
