import { z } from 'zod';
import { flag, optional, plainText } from './fields.ts';
import { storedFileSchema } from './stored-file-schema.ts';
import { checkScale, outputSchema, timelineSchema, type Timeline } from './timeline.ts';

const fileName = plainText('expected a file name')
  .trim()
  .pipe(z.string().min(1, 'expected a file name'))
  .refine((name) => !/[\\/\0]/.test(name), 'expected a file name without a folder; output_path takes folders');

/**
 * `payload` of a `remotion_render`. `output_filename` is the older name; such files go to `output/`. `output` may be
 * next to the timeline or in it.
 */
export const renderPayloadSchema = z
  .object({
    timeline: z.preprocess((value) => value ?? undefined, timelineSchema),
    output: outputSchema,
    output_path: optional(plainText('expected a path under ASSET_PATH').trim()),
    output_filename: optional(fileName),
    /** Whether the film may replace an existing file. */
    overwrite: optional(flag),
  })
  .transform(({ timeline, output, ...paths }, context) => {
    if (output === undefined) return { ...paths, timeline };
    const both =
      timeline.output === undefined ? undefined : 'output and timeline.output are both given; give one of them';
    const message = both ?? checkScale({ ...timeline, output });
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['output'], message });
    return { ...paths, timeline: { ...timeline, output } };
  });

export type RenderPayload = z.input<typeof renderPayloadSchema>;

/** The input of the GPU activity of a `remotion_render`. Paths are relative to ASSET_PATH. */
export interface RenderInput {
  timeline: Timeline;
  outputPath: string;
  /** Whether film and poster may replace files of others. */
  overwrite?: true;
}

/** `result` of a completed `remotion_render`. */
export const renderResultSchema = z
  .strictObject({
    output_path: z.string().describe('Relative to ASSET_PATH.'),
    video_path: z.string().describe('The same file as earlier clients know it: `/assets/…`.'),
    width: z.int(),
    height: z.int(),
    fps: z.number(),
    duration_seconds: z.number(),
    size_bytes: z.int(),
    poster_path: z.string().nullable().describe('Relative to ASSET_PATH; null unless `output.poster` asks for one.'),
    files: z.array(storedFileSchema).describe('The film, and its poster.'),
    frames: z.int(),
    sha256: z.string().describe('The hash of the film, in hexadecimal.'),
    chunks: z.int().describe('Pieces that the film was drawn in.'),
    reused_chunks: z.int().describe('How many of them an earlier attempt or task had left.'),
    render_seconds: z.number(),
    warnings: z.array(z.string()).describe('Differences from the request, and probable misspellings.'),
  })
  .meta({ id: 'RenderResult', description: '`result` of a completed `remotion_render`.' });
export type RenderResult = z.infer<typeof renderResultSchema>;
