import { AssetPathError, type AssetFolder } from '../assets/paths.ts';
import { formatPath, isAbsent } from '../contracts/fields.ts';
import type { FieldError } from '../errors.ts';
import type { OutputSettings } from '../film/film.ts';
import { outputPath } from './output-path.ts';

/** Adds the extension to a name without one, and checks it in a name with one. */
function withExtension(name: string, format: OutputSettings['format'] | undefined): string {
  const extension = /\.([^./]+)$/.exec(name)?.[1];
  if (extension === undefined) return `${name}.${format ?? 'mp4'}`;
  if (format === undefined || extension.toLowerCase() === format) return name;
  throw new AssetPathError(
    `expected a file name that ends in .${format}, because output.format is ${format}; this name ends in .${extension}`,
  );
}

/**
 * The path of the film: the requested one, or `output/render_<task_id>` as in the earlier service, with the extension
 * of its format.
 * @param format undefined when it is not known because the request is wrong
 */
export function filmPath(
  folder: AssetFolder,
  taskId: string,
  payload: Record<string, unknown>,
  format: OutputSettings['format'] | undefined,
): { value: string; path: string; errors: [] } | { value: undefined; errors: FieldError[] } {
  const key = isAbsent(payload['output_path']) ? 'output_filename' : 'output_path';
  const asked = payload[key];
  const wanted =
    typeof asked !== 'string' || isAbsent(asked)
      ? `output/render_${taskId}`
      : key === 'output_path'
        ? asked
        : `output/${asked}`;
  try {
    return { value: withExtension(outputPath(folder, wanted), format), path: formatPath(['payload', key]), errors: [] };
  } catch (error) {
    if (!(error instanceof AssetPathError)) throw error;
    return { value: undefined, errors: [{ path: formatPath(['payload', key]), message: error.message }] };
  }
}
