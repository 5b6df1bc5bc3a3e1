import { runMarkedFfmpeg, soundFailure } from '../encode/marked-ffmpeg.ts';

/**
 * With this time scale, edit lists cut sound and picture exactly at their ends; otherwise they would round to a
 * millisecond.
 */
const MP4 = ['-movflags', '+faststart', '-movie_timescale', '48000'];
/**
 * An Opus track in WebM begins with its priming before 0. ffmpeg moves every input to 0 by default, which would make
 * the sound 6.5 ms late.
 */
const WEBM = ['-copyts', '-f', 'webm'];
const FORMATS = { mp4: [...MP4, '-f', 'mp4'], mov: [...MP4, '-f', 'mov'], webm: WEBM } as const;

export interface JoinOptions {
  format: keyof typeof FORMATS;
  /** As `FfmpegOptions`. */
  mark: string;
  signal: AbortSignal;
}

/**
 * Joins a picture with its sound without re-encoding. The sound is already as long as the picture. The same input gives
 * the same bytes.
 * @param sound as made by `mixSoundtrack`; null for a film without a track.
 * @throws {AppError} `disk_full`; `render_failed`. The signal's reason.
 */
export async function joinFilm(picture: string, sound: string | null, outputFile: string, options: JoinOptions) {
  const files = [picture, ...(sound === null ? [] : [sound])];
  const inputs = files.flatMap((file) => ['-i', `file:${file}`]);
  const streams = ['-map', '0:v:0', ...(sound === null ? [] : ['-map', '1:a:0'])];
  const copied = ['-c', 'copy', '-map_metadata', '-1', '-fflags', '+bitexact', ...FORMATS[options.format]];
  const complaint = await runMarkedFfmpeg([...inputs, ...streams, ...copied, `file:${outputFile}`], options);
  if (complaint !== null) throw soundFailure(complaint, outputFile);
}
