import { z } from 'zod';
import { warnings } from './answers.ts';
import { SPEECH_MODES } from './cosyvoice.ts';

/** A voice as `GET /voices` shows it. */
export const voiceSchema = z
  .strictObject({
    voice_id: z.string(),
    recording: z.string().nullable().describe('The reference recording, relative to ASSET_PATH.'),
    transcript: z.string().nullable().describe('The exact words of the recording.'),
    language: z.string().nullable(),
    instruction: z.string().nullable().describe('For tasks of mode `instruct` that have none.'),
    speaker: z.string().nullable().describe('The speaker of a version 1 model that stands for this voice.'),
    mode: z.enum(SPEECH_MODES).describe('The mode of tasks that name none.'),
    duration_seconds: z.number().nullable().describe('Of the recording.'),
    sample_rate: z.int().nullable(),
  })
  .meta({ id: 'Voice' });

/** The body of `GET /voices`. */
export const voicesSchema = z
  .strictObject({
    voices: z.array(voiceSchema),
    broken: z
      .array(z.strictObject({ voice_id: z.string(), problem: z.string() }))
      .describe('Voices that cannot be used, each with the reason.'),
  })
  .meta({ id: 'Voices' });

/** The body of the answer of `POST /voices`. */
export const addedVoiceSchema = z
  .strictObject({ ...voiceSchema.shape, warnings: warnings.optional() })
  .meta({ id: 'AddedVoice' });

/** The body of the answer of `DELETE /voices/{id}`. */
export const deletedVoiceSchema = z
  .strictObject({ voice_id: z.string(), deleted: z.literal(true) })
  .meta({ id: 'DeletedVoice' });

/** The form of `POST /voices`, as clients may send it. */
export const voiceFormSchema = z
  .object({
    voice_id: z.string().max(64).describe('1 to 64 letters, digits, dots, dashes and underscores.'),
    recording: z.file().optional().describe('A WAV, FLAC or MP3 file of 3 to 30 seconds in which one person speaks.'),
    transcript: z.string().max(2000).optional().describe('The exact words of the recording.'),
    prompt_text: z.string().max(2000).optional().describe('Another name of `transcript`.'),
    language: z.string().max(2000).optional().describe('Such as `en` or `zh`.'),
    instruction: z.string().max(2000).optional().describe('How the voice speaks in mode `instruct`.'),
    instruct_text: z.string().max(2000).optional().describe('Another name of `instruction`.'),
    speaker: z.string().max(2000).optional().describe('A speaker that is built into a model of version 1.'),
    mode: z.enum(SPEECH_MODES).optional().describe('The mode of tasks that name none; `clone` by default.'),
    replace: z.enum(['true', 'false']).optional().describe('Whether a voice with this name is replaced.'),
  })
  .meta({ id: 'VoiceForm' });
