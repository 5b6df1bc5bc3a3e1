import { complaintOf } from '../../../assets/ffmpeg-complaint.ts';
import { runFfmpegProgram } from '../../../assets/ffmpeg.ts';

/**
 * Counts the frames that a rendered film really contains, whatever its header says.
 * @throws if the file cannot be read to its end.
 */
export async function countFrames(file: string, signal: AbortSignal): Promise<number> {
  const wanted = ['-select_streams', 'v:0', '-count_packets', '-show_entries', 'stream=nb_read_packets'];
  const args = ['-v', 'error', ...wanted, '-of', 'csv=p=0', `file:${file}`];
  const { stdout, stderr, endedBy } = await runFfmpegProgram('ffprobe', args, { signal });
  if (endedBy !== null) throw new Error(`ffprobe failed: ${complaintOf(stderr, args) || endedBy}`);
  return Number.parseInt(stdout.toString(), 10);
}
