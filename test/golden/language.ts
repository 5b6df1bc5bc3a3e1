import { z } from 'zod';
import { headSchema } from '../../src/contracts/timeline.ts';
import {
  motionSchema,
  styleSchema,
  textStyleSchema,
  transitionSchema,
} from '../../src/contracts/timeline/clip-look.ts';
import { clipSchema } from '../../src/contracts/timeline/clip.ts';
import { isRecord } from '../../src/contracts/timeline/notes.ts';
import { outputFields } from '../../src/contracts/timeline/output.ts';
import { duckingSchema, soundSchema } from '../../src/contracts/timeline/sounds.ts';
import { lineSchema, sourceSchema, subtitleStyleSchema, wordSchema } from '../../src/contracts/timeline/subtitles.ts';
import { watermarkSchema } from '../../src/contracts/timeline/watermark.ts';

/** The schemas of the language by the name of their part, and the property that a name alone stands for. */
const PARTS: Record<string, { schema: z.ZodObject; short?: string }> = {
  timeline: { schema: headSchema },
  clip: { schema: clipSchema },
  style: { schema: styleSchema },
  textStyle: { schema: textStyleSchema },
  motion: { schema: motionSchema, short: 'type' },
  transition: { schema: transitionSchema, short: 'type' },
  line: { schema: lineSchema },
  word: { schema: wordSchema },
  captions: { schema: sourceSchema, short: 'content' },
  subtitleStyle: { schema: subtitleStyleSchema, short: 'style' },
  sound: { schema: soundSchema, short: 'src' },
  ducking: { schema: duckingSchema },
  watermark: { schema: watermarkSchema, short: 'src' },
  output: { schema: outputFields },
};

/** Which part is below a property; lists are of their element's part. */
const BELOW: Record<string, string> = {
  'timeline.clips': 'clip',
  'timeline.subtitles': 'line',
  'timeline.subtitleStyle': 'subtitleStyle',
  'timeline.audioSrc': 'sound',
  'timeline.bgmSrc': 'sound',
  'timeline.ducking': 'ducking',
  'timeline.watermark': 'watermark',
  'timeline.output': 'output',
  'clip.style': 'style',
  'clip.textStyle': 'textStyle',
  'clip.motion': 'motion',
  'clip.transition': 'transition',
  'line.words': 'word',
};

/** Every property of the language, as `part.property`, and every word or truth value it may have, as `part.property=value`. */
export function wholeLanguage(): Set<string> {
  return new Set(
    Object.entries(PARTS).flatMap(([part, { schema }]) => {
      const { properties = {} } = z.toJSONSchema(schema, { unrepresentable: 'any' });
      return Object.entries(properties).flatMap(([name, value]) => {
        const { enum: words = [], type } = value as { enum?: string[]; type?: string };
        const values = type === 'boolean' ? ['true', 'false'] : words;
        return [`${part}.${name}`, ...values.map((one) => `${part}.${name}=${one}`)];
      });
    }),
  );
}

/** What of the language a timeline uses, in the same words. */
export function usedLanguage(value: unknown, part = 'timeline'): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => usedLanguage(one, part));
  const short = PARTS[part]?.short;
  if (typeof value === 'string' && short !== undefined) return [`${part}.${short}`, `${part}.${short}=${value}`];
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = `${part}.${name}`;
    const below = place === 'timeline.subtitles' && !Array.isArray(inner) ? 'captions' : BELOW[place];
    return [place, `${place}=${String(inner)}`, ...(below === undefined ? [] : usedLanguage(inner, below))];
  });
}
