import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ComfyuiResult } from '../../contracts/comfyui.ts';
import type { CosyvoiceResult } from '../../contracts/cosyvoice.ts';
import type { PipelineStatus } from '../../contracts/pipeline.ts';
import type { RenderResult } from '../../contracts/render.ts';

const tableOf = ({ sentences }: CosyvoiceResult): string =>
  sentences
    .map(({ text, start_ms: start, end_ms: end }) => {
      const seconds = [start, end].map((ms) => (ms / 1000).toFixed(3).padStart(7)).join(' –');
      return `  ${seconds} s  ${text}`;
    })
    .join('\n');

const factsOf = (film: RenderResult): string =>
  `${film.width}×${film.height}, ${film.fps} fps, ${film.duration_seconds.toFixed(1)} s, ${(film.size_bytes / 1e6).toFixed(1)} MB, rendered in ${film.render_seconds.toFixed(1)} s`;

/**
 * Keeps the results of the short film and its steps, and the final status.
 * @param keep the target folder. @param say prints a line or a table.
 */
export async function keepResults(
  { steps, output }: PipelineStatus,
  assetRoot: string,
  keep: string,
  say: (text: string) => void,
): Promise<void> {
  const keepFile = async (asset: string, name: string): Promise<string> => {
    const file = path.join(keep, `${name}${path.extname(asset)}`);
    await copyFile(path.join(assetRoot, asset), file);
    return file;
  };
  const voice = steps['voice']?.result as CosyvoiceResult;
  const pictures = steps['pictures']?.result as ComfyuiResult[];
  const film = steps['film']?.result as RenderResult;
  const status = path.join(keep, 'status.json');
  await writeFile(status, `${JSON.stringify({ steps, output }, null, 2)}\n`);
  await keepFile(voice.srt_path, 'captions');
  say(`The voice: ${await keepFile(voice.output_path, 'voice')}\n${tableOf(voice)}`);
  const names = pictures.flatMap(({ files }, index) =>
    files.map(({ path: asset }) => keepFile(asset, `picture-${index + 1}`)),
  );
  say(`The pictures: ${(await Promise.all(names)).join(', ')}`);
  say(`The pipeline's status: ${status}`);
  say(`The film: ${await keepFile(film.output_path, 'demo')}\n  ${factsOf(film)}`);
}
