import type { ExpectedOutput, Graph } from '../contracts/comfyui.ts';
import type { ParamSpec } from './params-schema.ts';

/** Where a model's file name stands in a graph, and the folder that holds it. */
export interface ModelPlace {
  node: string;
  input: string;
  folder: string;
}

/** A graph with placeholders, and the parameters that fill them. */
export interface Template {
  /** Null for a graph that a client sent. */
  name: string | null;
  description: string;
  graph: Graph;
  params: ReadonlyMap<string, ParamSpec>;
  outputs: readonly ExpectedOutput[] | undefined;
  /** Additional places of model files; those of known node classes are found without them. */
  models: readonly ModelPlace[];
  /** The memory of the card that it needs, in MiB; null: as ComfyUI's setting says. */
  vramMb: number | null;
}

/** The one placeholder that we fill ourselves. */
export const TASK_ID = 'TASK_ID';
