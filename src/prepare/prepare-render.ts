import { AssetPathError, assetPath, type AssetFolder } from '../assets/paths.ts';
import { readSubtitleFile } from '../assets/subtitle-file.ts';
import { missingAssets, withAssetPaths } from '../assets/timeline-assets.ts';
import { fieldErrors, flag, formatPath } from '../contracts/fields.ts';
import { posterOf } from '../assets/poster-name.ts';
import { renderPayloadSchema } from '../contracts/render.ts';
import { timelineWarnings, type Timeline } from '../contracts/timeline.ts';
import type { FieldError } from '../errors.ts';
import { formatOf } from '../film/output-settings.ts';
import { SubtitleSyntaxError } from '../film/subtitles/parse-subtitles.ts';
import { readCues } from '../film/subtitles/read-cues.ts';
import { withClipKinds } from './clip-kinds.ts';
import { filmPath } from './film-path.ts';
import { located, outputErrors, type Output } from './outputs.ts';
import type { Prepare } from './prepare.ts';

const TIMELINE = ['payload', 'timeline'];
const KINDS = ['image', 'video', 'gif', 'audio', 'color', 'text'] as const;

/** The errors in the subtitle file of a timeline; none if the file is missing, which is reported elsewhere. */
async function subtitleFileErrors(assets: AssetFolder, timeline: Timeline): Promise<FieldError[]> {
  try {
    for (const content of (await readSubtitleFile(assets, timeline)).values()) readCues(content, timeline.fps);
    return [];
  } catch (error) {
    if (!(error instanceof SubtitleSyntaxError || error instanceof AssetPathError)) throw error;
    return [{ path: formatPath([...TIMELINE, 'subtitles', 'src']), message: error.message }];
  }
}

/** Its length as far as it is known before the files are looked into. */
const lengthOf = ({ durationInFrames: frames, fps }: Timeline): string =>
  frames === 'auto' ? 'as long as its parts' : `${(frames / fps).toFixed(1)} s`;

const summarise = (timeline: Timeline, output: string): string =>
  timeline.durationInFrames === 'auto'
    ? `film, ${timeline.width}×${timeline.height} → ${output}`
    : `${lengthOf(timeline)} film, ${timeline.width}×${timeline.height} → ${output}`;

/** The description of the film in the Web UI, in Markdown. No spoken text. */
function describe(timeline: Timeline, output: string): string {
  const { durationInFrames: frames, fps, subtitleSource, subtitles } = timeline;
  const clips = KINDS.map((kind) => ({ kind, count: timeline.clips.filter((clip) => clip.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  const lines = subtitleSource === undefined ? String(subtitles.length) : 'SRT or VTT';
  const length = frames === 'auto' ? lengthOf(timeline) : `${frames} frames at ${fps} fps (${lengthOf(timeline)})`;
  return [
    `**Makes** \`${output}\``,
    `**Film** ${length}, ${timeline.width}×${timeline.height}`,
    `**From** ${clips.join(', ') || 'no'} clips, ${lines} subtitles, narration: ${timeline.audioSrc ?? 'none'}, music: ${timeline.bgmSrc ?? 'none'}`,
  ].join('\n\n');
}

/** The film, and its poster where one is asked for. */
function outputsOf(output: ReturnType<typeof filmPath>, timeline: Timeline | undefined): Output[] {
  if (output.value === undefined) return [];
  const { value: film, path } = output;
  const hasPoster = timeline?.output?.poster !== undefined;
  return [{ path, file: film }, ...(hasPoster ? [{ path, file: posterOf(film), what: 'poster' } as const] : [])];
}

/** The files that a timeline reads, as far as they are under ASSET_PATH. */
const inputsOf = (assets: AssetFolder, timeline: Timeline | undefined): string[] =>
  timeline === undefined
    ? []
    : [
        ...timeline.clips.map(({ src }) => src),
        timeline.audioSrc,
        timeline.bgmSrc,
        timeline.watermark?.src,
        timeline.subtitleSource !== undefined && 'src' in timeline.subtitleSource ? timeline.subtitleSource.src : null,
      ].flatMap((src) => {
        try {
          return src == null ? [] : [assetPath(assets, src)];
        } catch {
          // Reported elsewhere.
          return [];
        }
      });

/** Validates the payload of a `remotion_render`. */
export const createPrepareRender =
  (assets: AssetFolder): Prepare<'remotion_render'> =>
  async (taskId, payload) => {
    const asSent = payload as Record<string, unknown>;
    const { timeline: looked, warnings: misnamed } = await withClipKinds(assets, asSent['timeline']);
    // Anything that is not an object is refused unchanged.
    const sent = looked === asSent['timeline'] ? asSent : { ...asSent, timeline: looked };
    const parsed = renderPayloadSchema.safeParse(sent);
    const read = parsed.data?.timeline;
    const warned = [...(read === undefined ? timelineWarnings(looked) : (read.warnings ?? [])), ...misnamed];
    const received = read === undefined || warned.length === 0 ? read : { ...read, warnings: warned };
    const warnings = warned.map((warning) => `payload.timeline: ${warning}`);
    const output = filmPath(assets, taskId, sent, received === undefined ? undefined : formatOf(received));
    const missing = await missingAssets(assets, sent['timeline'], TIMELINE);
    const isReadable = received !== undefined && missing.length === 0;
    const unreadable = isReadable ? await subtitleFileErrors(assets, received) : [];
    const outputs = await located(assets, outputsOf(output, received));
    const overwrite = flag.safeParse(sent['overwrite']).data === true;
    const inputs = [...new Set(inputsOf(assets, received))];
    const places = await outputErrors(assets, outputs, { taskId, overwrite, inputs });
    const wrong = parsed.success ? [] : fieldErrors(parsed.error, ['payload']);
    const errors = [...wrong, ...output.errors, ...places, ...missing, ...unreadable];
    if (errors.length > 0 || received === undefined || output.value === undefined)
      return { input: undefined, errors, outputs, inputs, warnings };
    const timeline = await withAssetPaths(assets, received);
    return {
      input: { timeline, outputPath: output.value, ...(overwrite ? { overwrite } : {}) },
      summary: summarise(timeline, output.value),
      details: describe(timeline, output.value),
      errors: [],
      outputs,
      inputs,
      warnings,
    };
  };
