/** A plain value of a result, which has no parts. */
export const VALUE = 'value';

/** Which parts a value has: those of an object by name, those of a list's items, or none. */
export type Shape = typeof VALUE | readonly [Shape] | { readonly [name: string]: Shape };

/** The shape of a type, so that none of its fields is forgotten or misspelt. */
export type ShapeOf<V> = V extends readonly (infer Item)[]
  ? readonly [ShapeOf<Item>]
  : V extends object
    ? { readonly [K in keyof V]-?: ShapeOf<NonNullable<V[K]>> }
    : typeof VALUE;

/** Public facts about an engine. Constants only, because workflow code imports them. */
export interface EngineFacts<Payload extends object, Result extends object> {
  /** As people call it. */
  label: string;
  /** The part of its settings' names that is its own: `COMFYUI` of `COMFYUI_URL` and `RUN_SECONDS_COMFYUI`. */
  setting: string;
  /** Where it listens unless its `…_URL` says otherwise; null: it is no server, but a part of the GPU worker. */
  port: number | null;
  /** The fields of a payload, for suggestions when a field is misspelt. */
  payloadFields: readonly (keyof Payload & string)[];
  /** The fields of a result that references of a pipeline can name. */
  resultShape: ShapeOf<Result>;
}
