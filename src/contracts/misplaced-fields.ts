import { comfyuiPayloadSchema } from './comfyui.ts';
import { cosyvoicePayloadSchema } from './cosyvoice.ts';
import type { TaskType } from './names.ts';
import { nearest } from './nearest.ts';
import { envelopeSchema } from './task.ts';

const ENVELOPE = Object.keys(envelopeSchema.shape);
const PAYLOADS: Readonly<Record<TaskType, readonly string[]>> = {
  remotion_render: ['timeline', 'output', 'output_path', 'output_filename', 'overwrite'],
  comfyui: Object.keys(comfyuiPayloadSchema.shape),
  cosyvoice: Object.keys(cosyvoicePayloadSchema.shape),
};
/** Of a timeline, which people put beside it. */
const TIMELINE = ['width', 'height', 'fps', 'durationInFrames', 'clips', 'subtitles', 'audioSrc', 'bgmSrc'];

const MOST_WARNINGS = 20;
const MOST_LOOKED_AT = 1000;
/** A request with more unknown names than this is not a matter of spelling. */
const MOST_COMPARED = 40;
/** A longer one is none of ours. */
const LONGEST_NAME = 40;

const namesOf = (value: object): string[] =>
  Object.keys(value)
    .slice(0, MOST_LOOKED_AT)
    .filter((name) => name.length <= LONGEST_NAME);

/**
 * What a submitted task holds that is known but stands in a wrong place, or looks misspelt: it was ignored, which is said with the
 * right name. At most 20 sentences.
 */
export function misplacedFields(taskType: TaskType, body: object, payload: object): string[] {
  const inPayload = PAYLOADS[taskType];
  let compared = 0;
  const misspelt = (where: string, name: string, known: readonly string[], sent: object): string[] => {
    if (++compared > MOST_COMPARED) return [];
    const near = nearest(
      name,
      known.filter((one) => !Object.hasOwn(sent, one)),
    );
    return near === undefined ? [] : [`${where}${name} is not known and was ignored; did you mean ${where}${near}?`];
  };
  const beside = namesOf(body).flatMap((name) => {
    if (ENVELOPE.includes(name)) return [];
    return inPayload.includes(name)
      ? [`${name} was ignored; it belongs to payload.${name}`]
      : misspelt('', name, ENVELOPE, body);
  });
  const inside = namesOf(payload).flatMap((name) => {
    if (inPayload.includes(name)) return [];
    if (ENVELOPE.includes(name)) return [`payload.${name} was ignored; it belongs beside payload, as ${name}`];
    if (taskType === 'remotion_render' && TIMELINE.includes(name))
      return [`payload.${name} was ignored; it belongs to payload.timeline.${name}`];
    return misspelt('payload.', name, inPayload, payload);
  });
  return [...beside, ...inside].slice(0, MOST_WARNINGS);
}
