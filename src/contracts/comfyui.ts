import { z } from 'zod';
import { optional, record, plainText } from './fields.ts';
import { storedFileSchema } from './stored-file-schema.ts';
import { textInstead } from './text-instead.ts';

/** One node of a graph in ComfyUI's API format. An input is a plain value, or a link `["node id", output slot]`. */
export interface GraphNode {
  class_type: string;
  inputs: Record<string, unknown>;
  _meta?: { title?: string; [more: string]: unknown };
}

/** A graph in ComfyUI's API format: nodes by their ids. */
export type Graph = Record<string, GraphNode>;

export const MEDIA_KINDS = ['image', 'video', 'audio', 'file'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** A file to upload before the graph runs. The name in ComfyUI's answer is written to `graph[node].inputs[input]`. */
export interface Upload {
  node: string;
  input: string;
  /** Relative to ASSET_PATH. */
  asset: string;
  kind: MediaKind;
}

/** A model file that the graph loads. */
export interface ModelFile {
  /** The name in `GET /models/{folder}` of ComfyUI. */
  folder: string;
  file: string;
  node: string;
  input: string;
}

/** The output of a node, according to the template. */
export interface ExpectedOutput {
  node: string;
  kind: MediaKind | 'text';
}

/** The input of the GPU activity of a `comfyui` task: a complete graph and the work around it. JSON-safe. */
export interface ComfyuiInput {
  /** Null if the client sent its own graph. */
  template: string | null;
  graph: Graph;
  uploads: Upload[];
  /** The used seed; null if the graph has none. */
  seed: number | null;
  models: ModelFile[];
  /** Only if a template names it. */
  outputs?: ExpectedOutput[];
  /** The memory of the card that it needs, in MiB; only if the template says so. */
  vramMb?: number;
  /** Names in `params` that the template does not know. They change nothing; the result repeats them. */
  ignored: string[];
}

/** The most nodes of one graph. The largest shared graphs have some hundreds. */
/** How ComfyUI makes the previews of its samplers; `default` is as it was started. */
export const PREVIEW_METHODS = ['auto', 'latent2rgb', 'taesd', 'none', 'default'] as const;
export type PreviewMethod = (typeof PREVIEW_METHODS)[number];

export const MOST_NODES = 5000;
export const MOST_PARAMS = 1000;

/** `payload` of a `comfyui` task: a template with params, or a graph. Each template defines its own params. */
export const comfyuiPayloadSchema = z.object({
  template: optional(plainText('expected the name of a template').trim()),
  workflow: optional(
    z.record(z.string(), z.unknown(), {
      error: ({ input }) => `expected a graph in API format: an object of nodes${textInstead(input)}`,
    }),
  ),
  params: optional(record(MOST_PARAMS, 'expected an object of parameters')),
});
export type ComfyuiPayload = z.infer<typeof comfyuiPayloadSchema>;

/** One produced file. */
const comfyuiResultFileSchema = z
  .strictObject({
    ...storedFileSchema.shape,
    node: z.string().describe('The id of the node of the graph that made it.'),
    width: z.int().optional(),
    height: z.int().optional(),
    duration_seconds: z.number().optional(),
    filename: z.string().describe('As ComfyUI named it.'),
    subfolder: z.string(),
    type: z.string(),
  })
  .meta({ id: 'ComfyuiFile' });
export type ComfyuiResultFile = z.infer<typeof comfyuiResultFileSchema>;

/** `result` of a completed `comfyui` task. */
export const comfyuiResultSchema = z
  .strictObject({
    files: z.array(comfyuiResultFileSchema),
    texts: z.array(z.strictObject({ node: z.string(), text: z.string() })),
    seed: z.number().nullable().describe('The seed in force; null where the graph has none.'),
    prompt_id: z.string(),
    cached: z.boolean().describe('Whether ComfyUI took all of it from its cache.'),
    ignored_params: z.array(z.string()).describe('Names in `params` that the template does not know.'),
  })
  .meta({ id: 'ComfyuiResult', description: '`result` of a completed `comfyui` task.' });
export type ComfyuiResult = z.infer<typeof comfyuiResultSchema>;
