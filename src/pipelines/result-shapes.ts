import type { TaskType } from '../contracts/names.ts';
import type { TaskResult } from '../contracts/task.ts';

/** A plain value, which has no parts. */
const VALUE = 'value';

/** Which parts a value has: those of an object by name, those of a list's items, or none. */
export type Shape = typeof VALUE | readonly [Shape] | { readonly [name: string]: Shape };

/** The shape of a type, so that none of its fields is forgotten or misspelt. */
type ShapeOf<V> = V extends readonly (infer Item)[]
  ? readonly [ShapeOf<Item>]
  : V extends object
    ? { readonly [K in keyof V]-?: ShapeOf<NonNullable<V[K]>> }
    : typeof VALUE;

/** What references can name of the result of each task type. */
export const RESULT_SHAPES: { readonly [T in TaskType]: ShapeOf<TaskResult<T>> } = {
  comfyui: {
    files: [
      {
        path: VALUE,
        kind: VALUE,
        node: VALUE,
        size_bytes: VALUE,
        width: VALUE,
        height: VALUE,
        duration_seconds: VALUE,
        filename: VALUE,
        subfolder: VALUE,
        type: VALUE,
      },
    ],
    texts: [{ node: VALUE, text: VALUE }],
    seed: VALUE,
    prompt_id: VALUE,
    cached: VALUE,
    ignored_params: [VALUE],
  },
  cosyvoice: {
    output_path: VALUE,
    audio_path: VALUE,
    duration_seconds: VALUE,
    sample_rate: VALUE,
    size_bytes: VALUE,
    sentences: [{ text: VALUE, start_ms: VALUE, end_ms: VALUE }],
    subtitles: [{ text: VALUE, startMs: VALUE, endMs: VALUE }],
    srt_path: VALUE,
    ignored: [VALUE],
    warnings: [VALUE],
  },
  remotion_render: {
    output_path: VALUE,
    video_path: VALUE,
    width: VALUE,
    height: VALUE,
    fps: VALUE,
    frames: VALUE,
    duration_seconds: VALUE,
    size_bytes: VALUE,
    sha256: VALUE,
    poster_path: VALUE,
    chunks: VALUE,
    reused_chunks: VALUE,
    render_seconds: VALUE,
    warnings: [VALUE],
  },
};
