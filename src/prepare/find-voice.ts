import { AssetPathError, inputPath, shownPath, type AssetFolder } from '../assets/paths.ts';
import type { CosyvoicePayload, SpeechVoice } from '../contracts/cosyvoice.ts';
import type { ErrorCode, FieldError } from '../errors.ts';
import type { VoiceLibrary } from '../voices/voice-library.ts';
import { BrokenVoiceError, type Voice } from '../voices/voice.ts';

export interface FindVoiceDeps {
  assets: AssetFolder;
  voices: VoiceLibrary;
}

export type FoundVoice =
  | { speech: SpeechVoice; voice: Voice | undefined; errors: [] }
  | { errors: FieldError[]; code?: ErrorCode | undefined };

const refuse = (key: string, message: string, code?: ErrorCode): FoundVoice => ({
  errors: [{ path: `payload.${key}`, message }],
  code,
});

/** A recording that the client names by its path, as clients of the bare server do. */
async function fromPath(deps: FindVoiceDeps, sent: string, transcript: string | null): Promise<FoundVoice> {
  try {
    const recording = inputPath(deps.assets, sent);
    const { problems } = await deps.voices.check(recording);
    if (problems.length > 0) return refuse('prompt_wav_path', problems.join('; '));
    return { speech: { id: null, recording, transcript, speaker: null }, voice: undefined, errors: [] };
  } catch (error) {
    if (error instanceof AssetPathError) return refuse('prompt_wav_path', `${error.message} (${shownPath(sent)})`);
    throw error;
  }
}

async function fromLibrary(deps: FindVoiceDeps, id: string, transcript: string | null): Promise<FoundVoice> {
  try {
    const voice = await deps.voices.find(id.normalize('NFC'));
    if (voice === undefined) {
      const ids = (await deps.voices.ids()).join(', ');
      return refuse(
        'voice_id',
        `there is no voice called "${id.slice(0, 100)}"; available: ${ids || 'none'}`,
        'voice_not_found',
      );
    }
    const { recording, speaker } = voice;
    const speech = { id: voice.id, recording, transcript: transcript ?? voice.transcript, speaker };
    return { speech, voice, errors: [] };
  } catch (error) {
    if (error instanceof BrokenVoiceError) return refuse('voice_id', `this voice cannot be used: ${error.message}`);
    throw error;
  }
}

/** The voice that a payload asks for: one of the library, or a recording with its transcript. */
export async function findVoice(deps: FindVoiceDeps, payload: Partial<CosyvoicePayload>): Promise<FoundVoice> {
  const { voice_id: id, prompt_wav_path: recording } = payload;
  const transcript = payload.prompt_text || null;
  if (recording) return fromPath(deps, recording, transcript);
  if (id) return fromLibrary(deps, id, transcript);
  return refuse('voice_id', 'expected the name of a voice (GET /voices lists them), or prompt_wav_path');
}
