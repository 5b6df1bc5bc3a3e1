import { AssetPathError, type AssetFolder } from '../assets/paths.ts';
import { SPEECH_FORMATS, type SpeechFormat } from '../contracts/cosyvoice.ts';
import type { FieldError } from '../errors.ts';
import { outputPath } from './output-path.ts';

export type SpeechOutput = { path: string; format: SpeechFormat; errors: [] } | { errors: FieldError[] };

const refuse = (key: string, message: string): SpeechOutput => ({ errors: [{ path: `payload.${key}`, message }] });

/** Where the speech goes and as what: name and `format` each decide where the other says nothing. */
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
      return refuse('output_path', `expected a name that ends in ${SPEECH_FORMATS.map((one) => `.${one}`).join(', ')}`);
    if (named !== undefined && sent.format !== undefined && named !== sent.format)
      return refuse('format', `expected ${named}, as output_path ends in .${named}`);
    const format = named ?? sent.format ?? 'wav';
    return { path: named === undefined ? `${relative}.${format}` : relative, format, errors: [] };
  } catch (error) {
    if (error instanceof AssetPathError) return refuse('output_path', error.message);
    throw error;
  }
}
