import { AssetPathError, type AssetFolder } from '../assets/paths.ts';
import { SPEECH_FORMATS, type SpeechFormat } from '../contracts/cosyvoice.ts';
import type { FieldError } from '../errors.ts';
import { outputPath } from './output-path.ts';
import type { Output } from './outputs.ts';

export type SpeechOutput =
  | { path: string; format: SpeechFormat; outputs: Output[]; errors: [] }
  | { errors: FieldError[] };

/** The speech, and its subtitles beside it. */
const outputsOf = (speech: string): Output[] => [
  { path: 'payload.output_path', file: speech },
  { path: 'payload.output_path', file: speech.replace(/\.[^./]+$/, '.srt'), what: 'subtitles' },
];

const refuse = (key: string, message: string): SpeechOutput => ({ errors: [{ path: `payload.${key}`, message }] });

/** The path and format of the speech. Name and `format` each decide if the other is missing. */
export function speechOutput(
  assets: AssetFolder,
  taskId: string,
  sent: { output_path?: string | undefined; format?: SpeechFormat | undefined },
): SpeechOutput {
  try {
    const relative = outputPath(assets, sent.output_path || `audio/speech_${taskId}`);
    const extension = /\.([^./]+)$/.exec(relative)?.[1]?.toLowerCase();
    const named = SPEECH_FORMATS.find((format) => format === extension);
    if (extension !== undefined && named === undefined)
      return refuse(
        'output_path',
        `expected a file name that ends in ${SPEECH_FORMATS.map((one) => `.${one}`).join(', ')}`,
      );
    if (named !== undefined && sent.format !== undefined && named !== sent.format)
      return refuse('format', `expected ${named}, because output_path ends in .${named}`);
    const format = named ?? sent.format ?? 'wav';
    const file = named === undefined ? `${relative}.${format}` : relative;
    return { path: file, format, outputs: outputsOf(file), errors: [] };
  } catch (error) {
    if (error instanceof AssetPathError) return refuse('output_path', error.message);
    throw error;
  }
}
