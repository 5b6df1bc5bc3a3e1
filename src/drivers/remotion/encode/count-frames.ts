import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ffmpegProgram } from '../../../assets/ffmpeg.ts';

const run = promisify(execFile);

/**
 * How many pictures a film of ours really holds, whatever its header says.
 * @throws when it is not whole.
 */
export async function countFrames(file: string, signal: AbortSignal): Promise<number> {
  const { file: ffprobe, env } = ffmpegProgram('ffprobe');
  const wanted = ['-select_streams', 'v:0', '-count_packets', '-show_entries', 'stream=nb_read_packets'];
  const args = ['-v', 'error', ...wanted, '-of', 'csv=p=0', `file:${file}`];
  const { stdout } = await run(ffprobe, args, { env, signal });
  return Number.parseInt(stdout, 10);
}
