import { z } from 'zod';
import { choice, isAbsent, number, optional } from '../fields.ts';
import { given } from './clip-look.ts';
import { CODECS, CRF, PRESETS } from '../../film/codecs.ts';
import type { Path, Reader } from './notes.ts';
import type { Timeline } from '../../film/timeline-types.ts';
import { between, frame } from './values.ts';

const FORMATS = ['mp4', 'mov', 'webm', 'gif'] as const;

export const outputFields = z.object(
  {
    format: optional(choice(FORMATS)),
    codec: optional(choice(['h264', 'h265', 'vp8', 'vp9', 'gif'])),
    crf: optional(number(z.int('expected a whole number'))),
    preset: optional(choice(PRESETS)),
    scale: optional(between(0.1, 4)),
    poster: optional(frame),
  },
  'expected an object',
);

/** `output`: how the film is encoded. */
export function readOutput(reader: Reader, value: unknown, path: Path): Timeline['output'] {
  const received = isAbsent(value) ? undefined : reader.read(outputFields, value, path);
  if (received === undefined) return undefined;
  const format =
    received.format ?? FORMATS.find((one) => received.codec && CODECS[one].includes(received.codec)) ?? 'mp4';
  const codec = received.codec ?? CODECS[format][0];
  const complain = (name: string, message: string): void => reader.error([...path, name], message);
  if (!CODECS[format].includes(codec))
    complain('codec', `expected ${CODECS[format].join(' or ')}, because the format is ${format}`);
  const range = codec === 'gif' ? null : CRF[codec];
  const { crf, preset } = received;
  if (crf !== undefined && range === null) complain('crf', `expected no crf, because ${codec} has no such setting`);
  else if (crf !== undefined && range !== null && (crf < range.least || crf > range.most))
    complain('crf', `expected ${range.least} to ${range.most}, because the codec is ${codec}`);
  if (preset !== undefined && codec !== 'h264' && codec !== 'h265')
    complain('preset', `expected no preset, because ${codec} has no such setting`);
  return given({ ...received, format, codec });
}
