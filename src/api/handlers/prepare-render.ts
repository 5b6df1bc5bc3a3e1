import { AssetPathError, assetPath, type AssetFolder } from '../../assets/paths.ts';
import { missingAssets, withAssetPaths } from '../../assets/timeline-assets.ts';
import { fieldErrors, formatPath } from '../../contracts/fields.ts';
import { renderPayloadSchema, type RenderInput } from '../../contracts/task.ts';
import type { Timeline } from '../../contracts/timeline.ts';
import type { FieldError } from '../../errors.ts';

export interface PrepareRenderDeps {
  assets: AssetFolder;
}

const PREFIX = ['payload'];
const fieldError = (key: string, message: string): FieldError => ({ path: formatPath([...PREFIX, key]), message });

type Prepared<T> = { value: T; errors: [] } | { value: undefined; errors: FieldError[] };

/** Where the film goes: what the client asked for, or `output/render_<task_id>.mp4` as ever. */
function outputPath(folder: AssetFolder, taskId: string, payload: Record<string, unknown>): Prepared<string> {
  const key = payload['output_path'] == null ? 'output_filename' : 'output_path';
  const asked = payload[key];
  const wanted =
    typeof asked !== 'string' ? `output/render_${taskId}.mp4` : key === 'output_path' ? asked : `output/${asked}`;
  try {
    const relative = assetPath(folder, wanted.trim());
    const named = /\.[^./]+$/.test(relative) ? relative : `${relative}.mp4`;
    if (!/\.mp4$/i.test(named))
      return { value: undefined, errors: [fieldError(key, 'expected a name that ends in .mp4')] };
    if (named.startsWith('work/'))
      return { value: undefined, errors: [fieldError(key, 'expected a path outside work/, which is ours')] };
    return { value: named, errors: [] };
  } catch (error) {
    if (error instanceof AssetPathError) return { value: undefined, errors: [fieldError(key, error.message)] };
    throw error;
  }
}

const summarise = ({ durationInFrames, fps, width, height }: Timeline, output: string): string =>
  `${(durationInFrames / fps).toFixed(1)} s film, ${width}×${height} → ${output}`;

/** Validates the payload of a `remotion_render`, its files included, and tells every error at once. */
export async function prepareRender(
  deps: PrepareRenderDeps,
  taskId: string,
  payload: object,
): Promise<{ input: RenderInput | undefined; summary: string; errors: FieldError[] }> {
  const sent = payload as Record<string, unknown>;
  const parsed = renderPayloadSchema.safeParse(payload);
  const output = outputPath(deps.assets, taskId, sent);
  const missing = await missingAssets(deps.assets, sent['timeline'], [...PREFIX, 'timeline']);
  const errors = [...(parsed.success ? [] : fieldErrors(parsed.error, PREFIX)), ...output.errors, ...missing];
  if (errors.length > 0 || !parsed.success || output.value === undefined)
    return { input: undefined, summary: '', errors };
  const timeline = await withAssetPaths(deps.assets, parsed.data.timeline);
  return { input: { timeline, outputPath: output.value }, summary: summarise(timeline, output.value), errors: [] };
}
