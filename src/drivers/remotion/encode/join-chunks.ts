import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { failureOf } from '../failures.ts';
import { wholeRate } from './encoder.ts';
import { runMarkedFfmpeg, type FfmpegOptions } from './marked-ffmpeg.ts';

/** A finished chunk. */
export interface Chunk {
  /** Absolute. */
  file: string;
  frames: number;
}

export interface JoinChunksOptions {
  fps: number;
  /** Private; the list of the chunks is put there. */
  folder: string;
  /** As `FfmpegOptions`. */
  mark: string;
  signal: AbortSignal;
}

/** Inside single quotes of ffmpeg's lists, only the single quote is special. */
const quoted = (file: string): string => `'file:${file.replaceAll("'", String.raw`'\''`)}'`;

async function ffmpeg(args: readonly string[], outputFile: string, options: FfmpegOptions): Promise<void> {
  const complaint = await runMarkedFfmpeg([...args, `file:${outputFile}`], options);
  if (complaint !== null) throw failureOf(complaint.text, outputFile);
}

/** Writes the list of the chunks for ffmpeg's demuxer `concat`, with lengths as exact as the format allows. */
async function writeList(chunks: readonly Chunk[], fps: number, folder: string): Promise<string> {
  const { over, under } = wholeRate(fps);
  const list = path.join(folder, 'chunks.txt');
  const lines = chunks.map(
    ({ file, frames }) => `file ${quoted(file)}\nduration ${((frames * under) / over).toFixed(6)}`,
  );
  await writeFile(list, `ffconcat version 1.0\n${lines.join('\n')}\n`);
  return list;
}

const listed = (list: string): string[] => ['-f', 'concat', '-safe', '0', '-i', `file:${list}`];

/**
 * Joins chunks into one film without re-encoding.
 * @throws {AppError} `render_failed`, `disk_full`; the signal's reason.
 */
export async function joinChunks(
  chunks: readonly Chunk[],
  outputFile: string,
  { fps, folder, mark, signal }: JoinChunksOptions,
): Promise<void> {
  const list = await writeList(chunks, fps, folder);
  const copied = ['-map', '0:v:0', '-c', 'copy', '-map_metadata', '-1', '-fflags', '+bitexact'];
  await ffmpeg([...listed(list), ...copied], outputFile, { mark, signal });
}

/** GIFs count in hundredths of a second, and viewers slow down faster GIFs. */
const MOST_GIF_FPS = 50;

const gifRate = (fps: number): number => Math.min(fps, MOST_GIF_FPS);

/** Whether the GIF leaves out frames of its film; ffmpeg then decides which ones and how many. */
export const isThinned = (fps: number): boolean => gifRate(fps) < fps;

/**
 * Joins chunks into a GIF that repeats for ever. Its colours are chosen from the whole film. @throws as {@link
 * joinChunks}
 */
export async function joinAsGif(
  chunks: readonly Chunk[],
  outputFile: string,
  { fps, folder, mark, signal }: JoinChunksOptions,
): Promise<void> {
  const input = listed(await writeList(chunks, fps, folder));
  const palette = path.join(folder, 'palette.png');
  const { over, under } = wholeRate(gifRate(fps));
  const rgb = 'zscale=matrix=gbr:range=full,format=gbrp,format=rgb24';
  const toPng = ['-frames:v', '1', '-update', '1', '-f', 'image2', '-c:v', 'png'];
  await ffmpeg([...input, '-vf', `${rgb},palettegen=stats_mode=full`, ...toPng], palette, { mark, signal });
  const mapped = ['-lavfi', `[0:v]${rgb}[film];[film][1:v]paletteuse=dither=sierra2_4a`];
  const rate = ['-r', `${over}/${under}`, '-fps_mode', 'cfr'];
  await ffmpeg([...input, '-i', `file:${palette}`, ...mapped, ...rate, '-loop', '0'], outputFile, { mark, signal });
}
