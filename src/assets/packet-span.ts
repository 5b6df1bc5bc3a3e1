import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ffmpegProgram } from './ffmpeg.ts';

/** What is really in a media file, whatever its header claims. */
export interface PacketSpan {
  /** End of the last packet of its kind, on the file's own time line; null: it has none. */
  videoSeconds: number | null;
  audioSeconds: number | null;
}

/** Walks through all packets of a file without decoding them: as fast as it can be read. */
export async function packetSpan(file: string, demuxer: string, signal?: AbortSignal): Promise<PacketSpan> {
  const { file: ffprobe, env } = ffmpegProgram('ffprobe');
  const args = ['-v', 'quiet', '-protocol_whitelist', 'file', '-f', demuxer, '-of', 'csv=p=0'];
  const fields = ['-show_entries', 'packet=codec_type,pts_time,dts_time,duration_time,flags', `file:${file}`];
  const child = spawn(ffprobe, [...args, ...fields], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    signal,
    killSignal: 'SIGKILL',
  });
  const closed = once(child, 'close');
  // It is awaited below; until then its failure must not count as unhandled.
  closed.catch(() => undefined);
  const ends: Record<string, number> = {};
  const latest: Record<string, number> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [kind = '', shown = '', decoded = '', length = '', flags = ''] = line.split(',');
    const at = Number(shown === 'N/A' ? decoded : shown);
    // Discarded: decoded for the sake of others, but cut away by an edit list.
    if (flags.includes('D') || !Number.isFinite(at)) continue;
    const before = latest[kind] ?? at;
    // Where no length is told, the latest packet is as long as the distance to the one before.
    const end = at + (Number(length) || Math.max(0, at - before));
    latest[kind] = Math.max(before, at);
    ends[kind] = Math.max(ends[kind] ?? 0, end);
  }
  await closed;
  return { videoSeconds: ends['video'] ?? null, audioSeconds: ends['audio'] ?? null };
}
