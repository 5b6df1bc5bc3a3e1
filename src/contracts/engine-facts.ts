/** A plain value of a result, which has no parts. */
export const VALUE = 'value';

/** The parts of a value: those of an object by name, those of a list's items, or none. */
export type Shape = typeof VALUE | readonly [Shape] | { readonly [name: string]: Shape };

/** The shape of a type, so that none of its fields is forgotten or misspelt. */
export type ShapeOf<V> = V extends readonly (infer Item)[]
  ? readonly [ShapeOf<Item>]
  : V extends object
    ? { readonly [K in keyof V]-?: ShapeOf<NonNullable<V[K]>> }
    : typeof VALUE;

/** Public facts about an engine. Constants only, because workflow code imports them. */
export interface EngineFacts<Payload extends object, Result extends object> {
  /** Its name for people. */
  label: string;
  /** Its part in the names of its settings: `COMFYUI` in `COMFYUI_URL` and `RUN_SECONDS_COMFYUI`. */
  setting: string;
  /** Its default port; null: it is not a server, but a part of the GPU worker. */
  port: number | null;
  /** The fields of a payload, for suggestions when a field is misspelt. */
  payloadFields: readonly (keyof Payload & string)[];
  /** The fields of a result that references of a pipeline can name. */
  resultShape: ShapeOf<Result>;
}
