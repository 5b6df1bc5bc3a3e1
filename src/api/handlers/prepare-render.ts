import { AssetPathError, type AssetFolder } from '../../assets/paths.ts';
import { missingAssets, withAssetPaths } from '../../assets/timeline-assets.ts';
import { fieldErrors, formatPath } from '../../contracts/fields.ts';
import { renderPayloadSchema } from '../../contracts/task.ts';
import type { Timeline } from '../../contracts/timeline.ts';
import type { FieldError } from '../../errors.ts';
import { outputPath } from './output-path.ts';
import type { Prepare } from './submit-task.ts';

const PREFIX = ['payload'];
const fieldError = (key: string, message: string): FieldError => ({ path: formatPath([...PREFIX, key]), message });

type Checked<T> = { value: T; errors: [] } | { value: undefined; errors: FieldError[] };

/** Where the film goes: what the client asked for, or `output/render_<task_id>.mp4` as ever. */
function filmPath(folder: AssetFolder, taskId: string, payload: Record<string, unknown>): Checked<string> {
  const key = payload['output_path'] == null ? 'output_filename' : 'output_path';
  const asked = payload[key];
  const wanted =
    typeof asked !== 'string' ? `output/render_${taskId}.mp4` : key === 'output_path' ? asked : `output/${asked}`;
  try {
    const relative = outputPath(folder, wanted);
    const named = /\.[^./]+$/.test(relative) ? relative : `${relative}.mp4`;
    if (!/\.mp4$/i.test(named))
      return { value: undefined, errors: [fieldError(key, 'expected a name that ends in .mp4')] };
    return { value: named, errors: [] };
  } catch (error) {
    if (error instanceof AssetPathError) return { value: undefined, errors: [fieldError(key, error.message)] };
    throw error;
  }
}

const seconds = ({ durationInFrames, fps }: Timeline): string => (durationInFrames / fps).toFixed(1);

const summarise = (timeline: Timeline, output: string): string =>
  `${seconds(timeline)} s film, ${timeline.width}×${timeline.height} → ${output}`;

/** What the Web UI shows of the film, in Markdown. No spoken text. */
function describe(timeline: Timeline, output: string): string {
  const kinds = ['image', 'video', 'audio'] as const;
  const clips = kinds
    .map((kind) => ({ kind, count: timeline.clips.filter((clip) => clip.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  return [
    `**Makes** \`${output}\``,
    `**Film** ${timeline.durationInFrames} frames at ${timeline.fps} fps (${seconds(timeline)} s), ${timeline.width}×${timeline.height}`,
    `**From** ${clips.join(', ') || 'no'} clips, ${timeline.subtitles.length} subtitles, narration: ${timeline.audioSrc ?? 'none'}, music: ${timeline.bgmSrc ?? 'none'}`,
  ].join('\n\n');
}

/** Validates the payload of a `remotion_render`. */
export const createPrepareRender =
  (assets: AssetFolder): Prepare<'remotion_render'> =>
  async (taskId, payload) => {
    const sent = payload as Record<string, unknown>;
    const parsed = renderPayloadSchema.safeParse(payload);
    const output = filmPath(assets, taskId, sent);
    const missing = await missingAssets(assets, sent['timeline'], [...PREFIX, 'timeline']);
    const errors = [...(parsed.success ? [] : fieldErrors(parsed.error, PREFIX)), ...output.errors, ...missing];
    if (errors.length > 0 || !parsed.success || output.value === undefined) return { input: undefined, errors };
    const timeline = await withAssetPaths(assets, parsed.data.timeline);
    return {
      input: { timeline, outputPath: output.value },
      summary: summarise(timeline, output.value),
      details: describe(timeline, output.value),
      errors: [],
    };
  };
