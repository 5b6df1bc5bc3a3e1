import { z } from 'zod';
import {
  addedVoiceSchema,
  deletedVoiceSchema,
  voiceFormSchema,
  voicesSchema,
} from '../../contracts/voice-description.ts';
import { createAddVoice, createDeleteVoice, createListVoices, type VoicesDeps } from '../handlers/voices.ts';
import { json, type Route } from '../route.ts';
import { NOT_YOURS } from './files.ts';

const VOICE = {
  voice_id: 'luna',
  recording: 'voices/luna/reference.wav',
  transcript: 'The exact words of the recording.',
  language: 'en',
  instruction: null,
  speaker: null,
  mode: 'clone' as const,
  duration_seconds: 7.25,
  sample_rate: 24_000,
};

/** The voice library of CosyVoice. */
export function createVoiceRoutes(deps: VoicesDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/voices',
      id: 'listVoices',
      tag: 'Voices',
      summary: 'List the voices',
      description: 'Those that cannot be used are listed apart, each with the reason.',
      access: 'read',
      answers: { 200: json('The voices.', voicesSchema, { voices: [VOICE], broken: [] }) },
      errors: [],
      handler: createListVoices(deps),
    },
    {
      method: 'post',
      path: '/voices',
      id: 'addVoice',
      tag: 'Voices',
      summary: 'Add a voice to the library',
      description: 'A recording of 5 to 10 seconds of clean speech with its exact words. It may be used at once.',
      access: 'submit',
      takes: 'form',
      body: {
        schema: voiceFormSchema,
        type: 'multipart/form-data',
        examples: { 'A voice': { voice_id: 'luna', transcript: 'The exact words of the recording.' } },
      },
      answers: { 201: json('The voice is there.', addedVoiceSchema, VOICE) },
      errors: ['invalid_request', 'voice_exists', ...NOT_YOURS, 'asset_folder_unavailable', 'disk_full', 'busy'],
      handler: createAddVoice(deps),
    },
    {
      method: 'delete',
      path: '/voices/:id',
      id: 'deleteVoice',
      tag: 'Voices',
      summary: 'Delete a voice',
      description: 'A task that is waiting in this voice reads the recording when it runs, and fails without it.',
      access: 'submit',
      params: z.object({ id: z.string().meta({ description: 'The name of a voice.', examples: ['luna'] }) }),
      answers: { 200: json('The voice is deleted.', deletedVoiceSchema, { voice_id: 'luna', deleted: true }) },
      errors: ['not_found', ...NOT_YOURS, 'asset_folder_unavailable'],
      handler: createDeleteVoice(deps),
    },
  ];
}
