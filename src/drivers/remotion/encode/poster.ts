import { failureOf } from '../failures.ts';
import type { Chunk } from './join-chunks.ts';
import { runMarkedFfmpeg } from './marked-ffmpeg.ts';

/**
 * Makes a JPEG of one frame of a film, from the chunk that contains the frame.
 * @param frame a frame of the film; the last one if the film is shorter.
 * @throws {AppError} `render_failed`, `disk_full`; the signal's reason.
 */
export async function makePoster(
  chunks: readonly Chunk[],
  frame: number,
  outputFile: string,
  options: { mark: string; signal: AbortSignal },
): Promise<void> {
  const total = chunks.reduce((sum, { frames }) => sum + frames, 0);
  let within = Math.min(frame, total - 1);
  const chunk = chunks.find(({ frames }) => {
    if (within < frames) return true;
    within -= frames;
    return false;
  });
  if (chunk === undefined) throw new Error('A film without frames has no poster');
  const colour = 'zscale=matrix=470bg:range=full';
  const filter = `trim=start_frame=${within}:end_frame=${within + 1},${colour},format=yuvj444p`;
  const jpeg = ['-frames:v', '1', '-update', '1', '-f', 'image2', '-c:v', 'mjpeg', '-q:v', '2', '-fflags', '+bitexact'];
  const input = ['-i', `file:${chunk.file}`];
  const complaint = await runMarkedFfmpeg([...input, '-vf', filter, ...jpeg, `file:${outputFile}`], options);
  if (complaint !== null) throw failureOf(complaint.text, outputFile);
}
