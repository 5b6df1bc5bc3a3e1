import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { FileFacts } from '../../assets/describe-file.ts';
import { makeFolder } from '../../assets/work-folder.ts';
import { probeMedia } from '../../assets/probe.ts';
import { publish } from '../../assets/publish.ts';
import { AppError } from '../../errors.ts';
import type { Film, OutputSettings } from '../../film/film.ts';
import { countFrames } from './encode/count-frames.ts';
import { isThinned, joinAsGif, joinChunks, type Chunk } from './encode/join-chunks.ts';
import { makePoster } from './encode/poster.ts';
import { renderPicture, type RenderPictureDeps } from './chunks/render-picture.ts';
import type { RenderProgress } from './chunks/render-progress.ts';
import { joinFilm } from './sound/join-film.ts';
import { mixSoundtrack } from './sound/mix-soundtrack.ts';

/** The facts about a finished film, read from the file. */
export interface RenderedFilm {
  width: number;
  height: number;
  fps: number;
  frames: number;
  durationSeconds: number;
  sizeBytes: number;
  /** Hash of the file. */
  sha256: string;
  /** Absolute; null when the task asks for none. */
  posterFile: string | null;
  /** The film, and its poster. */
  files: FileFacts[];
  chunks: number;
  /** How many of the chunks were not drawn for this film. */
  reusedChunks: number;
  warnings: string[];
}

export interface FilmJob {
  film: Film;
  output: OutputSettings;
  /** Returns a name for the content of a file, given its path in the picture. */
  contentOf: (src: string) => string;
  /** Absolute and final; their folder exists. */
  outputFile: string;
  posterFile: string;
  overwrite?: boolean | undefined;
  /** Absolute, exists, private to this task. */
  workDir: string;
  /** Folder of all tasks' chunks, on the same disk. */
  sharedDir: string;
  /** The mark of the processes that mix and join; see `FfmpegOptions`. */
  mark: string;
}

interface Control {
  signal: AbortSignal;
  onProgress: (progress: RenderProgress) => void;
  onWarning?: ((text: string) => void) | undefined;
}

const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

/** Joins picture and sound into a film in a folder. */
async function joinAll(
  { chunks, sound }: { chunks: Chunk[]; sound: string | null },
  { film: { picture }, output, mark }: FilmJob,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const file = path.join(folder, `film.${output.format}`);
  const options = { fps: picture.fps, folder, mark, signal };
  if (output.format === 'gif') {
    await joinAsGif(chunks, file, options);
    return file;
  }
  const joined = path.join(folder, `picture.${output.format === 'webm' ? 'webm' : 'mp4'}`);
  await joinChunks(chunks, joined, options);
  await joinFilm(joined, sound, file, { format: output.format, mark, signal });
  await rm(joined);
  return file;
}

/** @throws {AppError} `render_failed` if the file is not the requested film. */
async function verify(file: string, { film: { picture }, output }: FilmJob, signal: AbortSignal) {
  const [{ video, sizeBytes }, found] = await Promise.all([probeMedia(file, signal), countFrames(file, signal)]);
  const frames = output.format === 'gif' && isThinned(picture.fps) ? found : picture.durationInFrames;
  if (video === null || found !== frames)
    throw new AppError('render_failed', `the film has ${found} frames instead of ${frames}`);
  const { width, height } = video;
  const { fps } = picture;
  return {
    width,
    height,
    fps: thousandths(fps),
    frames,
    durationSeconds: thousandths(picture.durationInFrames / fps),
    sizeBytes,
  };
}

/**
 * Makes a film: draws its picture and mixes its sound at the same time, joins both, and moves film and poster to their
 * places atomically.
 * @throws as `renderPicture` and `mixSoundtrack`.
 */
export async function renderFilm(job: FilmJob, deps: RenderPictureDeps, control: Control): Promise<RenderedFilm> {
  const { film, output, workDir, mark } = job;
  const temporary = path.join(workDir, 'tmp');
  const soundFolder = path.join(temporary, 'sound');
  await makeFolder(soundFolder, 4);
  const ending = new AbortController();
  const signal = AbortSignal.any([control.signal, ending.signal]);

  const format = output.format === 'webm' ? 'opus' : 'aac';
  const mixing =
    output.format === 'gif'
      ? Promise.resolve({ file: null, warnings: [] })
      : mixSoundtrack(film.soundtrack, { assetRoot: deps.assetRoot, folder: soundFolder, mark, format, signal });
  const mixed = mixing.then((sound) => {
    for (const warning of sound.warnings) control.onWarning?.(warning);
    return sound;
  });
  const pictureJob = { ...job, picture: film.picture, chunksDir: path.join(workDir, 'chunks') };
  const drawing = renderPicture(pictureJob, deps, { signal, onProgress: control.onProgress });
  const [sound, drawn] = await Promise.all([mixed, drawing]).catch(async (error: unknown) => {
    ending.abort(error);
    await Promise.allSettled([mixed, drawing]);
    throw error;
  });

  const { durationInFrames: totalFrames } = film.picture;
  const done = { renderedFrames: totalFrames, totalFrames, keptFrames: totalFrames, etaSeconds: 0 };
  control.onProgress({ ...done, stage: 'joining' });
  const file = await joinAll({ chunks: drawn.chunks, sound: sound.file }, job, temporary, signal);
  const facts = await verify(file, job, signal);
  const posters: FileFacts[] = [];
  if (output.poster !== null) {
    const poster = path.join(temporary, 'poster.jpg');
    await makePoster(drawn.chunks, output.poster, poster, { mark, signal });
    posters.push(await publish(poster, job.posterFile, job, signal));
  }
  signal.throwIfAborted();
  const made = await publish(file, job.outputFile, job, signal);
  await drawn.store.removeOwn();
  return {
    ...facts,
    sha256: made.sha256,
    posterFile: output.poster === null ? null : job.posterFile,
    files: [made, ...posters],
    chunks: drawn.chunks.length,
    reusedChunks: drawn.reused,
    warnings: sound.warnings,
  };
}
