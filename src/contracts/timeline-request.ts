import { z } from 'zod';
import { MOST_FRAMES } from '../film/longest-film.ts';
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

/**
 * The payload of `remotion_render` for the API reference: one schema for the parts that the timeline's reader reads one
 * by one.
 */

const FILE = 'The path of a file under ASSET_PATH, its https:// address, or the file as a data URI or in base64.';
const TIMES =
  'Names without a suffix are frames, `…Sec` are seconds, `…Ms` milliseconds; one thing is given under one name.';

const soundPart = soundSchema.meta({ id: 'Sound', description: 'A sound with its volume.' });
const clipStyle = styleSchema.meta({
  id: 'ClipStyle',
  description: 'The box of a clip in the frame (pixels, or texts such as `50%`), and how it is seen.',
});
const textStyle = textStyleSchema.meta({ id: 'TextStyle', description: 'Type, colours and place of a text.' });
const motion = motionSchema.meta({ id: 'Motion', description: 'A slow movement; `amount` is a share of the frame.' });
const transition = transitionSchema.meta({
  id: 'Transition',
  description: 'How a clip appears, from where, and in which time.',
});
const subtitleFile = sourceSchema.meta({
  id: 'SubtitleFile',
  description: 'An SRT or VTT file by its path, or its content.',
});
const subtitleStyle = subtitleStyleSchema.meta({
  id: 'SubtitleStyle',
  description: 'How subtitles look; sizes are pixels.',
});
const ducking = duckingSchema.meta({
  id: 'Ducking',
  description: 'To which share of its volume the music is lowered, and how fast.',
});
const watermark = watermarkSchema.meta({
  id: 'Watermark',
  description: 'A picture above everything; sizes are pixels.',
});

/** An object schema whose fields have descriptions: several names of one thing share theirs. */
function withWords<T extends z.ZodRawShape>(schema: z.ZodObject<T>, words: Readonly<Record<string, string>>) {
  const fields = Object.entries(words).flatMap(([names, text]) =>
    names.split(' ').map((name) => [name, (schema.shape[name] as z.ZodType).describe(text)] as const),
  );
  return schema.extend(Object.fromEntries(fields));
}

/** A part that may also be given only by its name. */
const orName = <T extends z.ZodType>(schema: T, what: string) =>
  z.union([z.string(), schema]).optional().describe(what);

const sound = (what: string) => orName(soundPart, `${what}: a path or an address, or {src, volume}.`);

const clip = withWords(clipSchema, {
  type: 'Its kind or its purpose; by default what its file, its text or its colour says.',
  'startFrame from startSec startMs': 'When it begins; by default at the end of the clip before it on its track.',
  'durationInFrames durationFrames durationSec durationMs': 'How long it lasts; by default its file or the free time.',
  'endFrame endSec endMs': 'When it ends; together with a start, instead of a length.',
  'trimBefore startFrom trimBeforeSec trimStartSec': 'Where playback begins in the file.',
  'trimAfter endAt trimAfterSec trimEndSec': 'Where playback ends in the file.',
  'layer track': 'A higher one covers a lower one; 0 by default.',
  volume: 'Of a sound or a video; 1 by default, 0 for videos on a layer above 0.',
  muted: 'true is volume 0; false makes a video above the bottom layer audible.',
  loop: 'Whether it repeats; GIFs do by default.',
  playbackRate: 'The speed of a video or a sound; 1 by default.',
  fit: 'How it fills its box; `cover` by default.',
  onError: '`skip`: if the file is missing or broken, the film is made without the clip.',
  text: 'The words of a text.',
  color: 'A CSS colour, for a colour.',
})
  .extend({
    src: z.string().optional().describe(`${FILE} Its content decides its kind.`),
    style: clipStyle.optional().describe('Its box in the frame, and how it is seen.'),
    textStyle: textStyle.optional().describe('Type, colours and place of a text.'),
    motion: orName(motion, 'A slow movement: a name, or {type, amount}.'),
    kenBurns: z.boolean().optional().describe('An older name of the motion `zoom-in`.'),
    transition: orName(transition, 'How it appears: a name, or {type, durationInFrames, direction}.'),
  })
  .meta({ id: 'Clip', description: `A picture, a video, a sound, a text or a colour. ${TIMES}` });

const START = 'When it begins.';
const LENGTH = 'How long it is shown, instead of an end.';
const END = 'When it ends, exclusive.';
const SUBTITLE_TIMES = {
  'startFrame from startMs start startSec': START,
  'endFrame endMs end endSec': END,
  'durationInFrames durationFrames durationMs durationSec': LENGTH,
};

const word = withWords(wordSchema, { ...SUBTITLE_TIMES, 'text word': 'The word.' }).meta({
  id: 'SubtitleWord',
  description: 'A word with its times, to be highlighted.',
});
const line = withWords(lineSchema, { ...SUBTITLE_TIMES, text: 'The words that are shown.' })
  .extend({ words: z.array(word).max(MOST_WORDS).optional().describe('To be highlighted while they are spoken.') })
  .meta({ id: 'Subtitle', description: `A line. ${TIMES} \`start\` and \`end\` are seconds.` });

const output = withWords(outputFields, {
  format: 'The container; `mp4` by default.',
  codec: 'By default the first one of its format.',
  crf: 'The quality: lower is better and larger. The range depends on the codec.',
  preset: 'For H.264 and H.265: slower is smaller.',
  scale: 'Of the encoded film: 0.5 is half the width and height.',
  poster: 'The frame that is also written as a picture.',
}).meta({ id: 'FilmOutput', description: 'How the film is encoded.' });

const timeline = withWords(headSchema, {
  'width height': 'In pixels; 1080 by 1920 by default.',
  fps: 'Frames per second; 30 by default.',
  'durationFrames durationSec durationMs': 'The length of the film.',
  'tailFrames tailSec': 'How long a film without a given length continues after its last part.',
  backgroundColor: 'A CSS colour; black by default.',
  audioVolume: 'Of the narration; 1 by default.',
  bgmVolume: 'Of the music; 0.1 by default.',
  bgmLoop: 'Whether the music repeats until the film ends; true by default.',
  'bgmFadeInFrames bgmFadeInSec': 'The length of the fade-in of the music.',
  'bgmFadeOutFrames bgmFadeOutSec': 'The length of its fade-out.',
})
  .extend({
    durationInFrames: z
      .union([z.int().min(1).max(MOST_FRAMES), z.literal('auto')])
      .optional()
      .describe('The length of the film; `auto`, the default, is the last end of narration, clips and subtitles.'),
    clips: z.array(clip).max(MOST_CLIPS).optional().describe('Clips of one track follow each other.'),
    subtitles: z
      .union([z.array(line).max(MOST_SUBTITLES), z.string(), subtitleFile])
      .optional()
      .describe('A list, SRT or VTT as a string, or {src} or {content}.'),
    subtitleStyle: orName(subtitleStyle, 'How they look: a name, or an object.'),
    audioSrc: sound('The narration'),
    bgmSrc: sound('Music under the whole film'),
    ducking: z.union([z.boolean(), ducking]).optional().describe('Lowers the music while the narration speaks.'),
    watermark: orName(watermark, 'A picture above everything: a path, or an object.'),
    output: output.optional().describe('How the film is encoded.'),
  })
  .meta({ id: 'Timeline', description: `A film. ${TIMES} Only a length is required.` });

export const renderRequestSchema = z
  .object({
    timeline: timeline.describe('The film.'),
    output: output.optional().describe('Instead of `timeline.output`.'),
    output_path: z.string().optional().describe('A path under ASSET_PATH; by default `output/render_<task_id>.mp4`.'),
    output_filename: z.string().optional().describe('An older name: a file name in `output/`.'),
    overwrite: z.boolean().optional().describe('Whether an existing file is replaced; false by default.'),
  })
  .meta({ id: 'RenderPayload', description: 'A film from a timeline: docs/timeline.md describes every field.' });
