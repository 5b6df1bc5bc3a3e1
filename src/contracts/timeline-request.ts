import { z } from 'zod';
import { clipSchema } from './timeline/clip.ts';
import { motionSchema, styleSchema, textStyleSchema, transitionSchema } from './timeline/clip-look.ts';
import { outputFields } from './timeline/output.ts';
import { duckingSchema, soundSchema } from './timeline/sounds.ts';
import {
  lineSchema,
  MOST_SUBTITLES,
  MOST_WORDS,
  sourceSchema,
  subtitleStyleSchema,
  wordSchema,
} from './timeline/subtitles.ts';
import { watermarkSchema } from './timeline/watermark.ts';
import { headSchema, MOST_CLIPS } from './timeline.ts';

/** The payload of `remotion_render` as the reference describes it: the parts that the timeline's reader reads one by one, as one schema. */

const FILE = 'The path of a file under ASSET_PATH.';
const TIMES =
  'Names without a suffix are frames, `…Sec` are seconds, `…Ms` milliseconds; one thing is given under one name.';

/** A part that may also be given by its name alone. */
const orName = <T extends z.ZodType>(schema: T, what: string) =>
  z.union([z.string(), schema]).optional().describe(what);

const sound = (what: string) => orName(soundSchema, `${what}: a path, or {src, volume}.`);

const clip = clipSchema
  .extend({
    src: z.string().optional().describe(`${FILE} Its content decides its kind.`),
    style: styleSchema.optional().describe('Its box in the frame, and how it is seen.'),
    textStyle: textStyleSchema.optional().describe('Type, colours and place of a text.'),
    motion: orName(motionSchema, 'A slow movement: a name, or {type, amount}.'),
    kenBurns: z.boolean().optional().describe('An older name of the motion `zoom-in`.'),
    transition: orName(transitionSchema, 'How it appears: a name, or {type, durationInFrames, direction}.'),
  })
  .meta({ id: 'Clip', description: `A picture, a video, a sound, a text or a colour. ${TIMES}` });

const word = wordSchema.meta({ id: 'SubtitleWord', description: 'A word with its times, to be highlighted.' });
const line = lineSchema
  .extend({ words: z.array(word).max(MOST_WORDS).optional() })
  .meta({ id: 'Subtitle', description: `A line. ${TIMES} \`start\` and \`end\` are seconds.` });

const timeline = headSchema
  .extend({
    durationInFrames: z
      .union([headSchema.shape.durationInFrames, z.literal('auto')])
      .optional()
      .describe('The length of the film; `auto` is the last end of narration, clips and subtitles.'),
    clips: z.array(clip).max(MOST_CLIPS).optional().describe('Clips of one track follow each other.'),
    subtitles: z
      .union([z.array(line).max(MOST_SUBTITLES), z.string(), sourceSchema])
      .optional()
      .describe('A list, SRT or VTT as a string, or {src} or {content}.'),
    subtitleStyle: orName(subtitleStyleSchema, 'How they look: a name, or an object.'),
    audioSrc: sound('The narration'),
    bgmSrc: sound('Music under the whole film'),
    ducking: z.union([z.boolean(), duckingSchema]).optional().describe('Lowers the music while the narration speaks.'),
    watermark: orName(watermarkSchema, 'A picture above everything: a path, or an object.'),
    output: outputFields.optional().describe('How the film is encoded.'),
  })
  .meta({ id: 'Timeline', description: `A film. ${TIMES} Only a length is required.` });

export const renderRequestSchema = z
  .object({
    timeline: timeline.describe('The film.'),
    output: outputFields.optional().describe('Instead of `timeline.output`.'),
    output_path: z.string().optional().describe('A path under ASSET_PATH; by default `output/render_<task_id>.mp4`.'),
    output_filename: z.string().optional().describe('An older name: a file name in `output/`.'),
    overwrite: z.boolean().optional().describe('Whether an existing file is replaced; false by default.'),
  })
  .meta({ id: 'RenderPayload', description: 'A film from a timeline: docs/timeline.md describes every field.' });
