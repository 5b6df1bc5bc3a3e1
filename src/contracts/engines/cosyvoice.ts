import type { CosyvoicePayload, CosyvoiceResult } from '../cosyvoice.ts';
import { VALUE, type EngineFacts } from '../engine-facts.ts';
import { STORED_FILE } from '../stored-file.ts';

export const COSYVOICE = {
  label: 'CosyVoice',
  setting: 'COSYVOICE',
  port: 50_000,
  payloadFields: [
    'text',
    'tts_text',
    'text_format',
    'voice_id',
    'mode',
    'output_path',
    'overwrite',
    'instruct_text',
    'prompt_text',
    'prompt_wav_path',
    'language',
    'speed',
    'seed',
    'pause_ms',
    'loudness',
    'format',
  ],
  resultShape: {
    output_path: VALUE,
    audio_path: VALUE,
    duration_seconds: VALUE,
    sample_rate: VALUE,
    size_bytes: VALUE,
    sentences: [{ text: VALUE, start_ms: VALUE, end_ms: VALUE }],
    subtitles: [{ text: VALUE, startMs: VALUE, endMs: VALUE }],
    srt_path: VALUE,
    files: [STORED_FILE],
    ignored: [VALUE],
    warnings: [VALUE],
  },
} as const satisfies EngineFacts<CosyvoicePayload, CosyvoiceResult>;
