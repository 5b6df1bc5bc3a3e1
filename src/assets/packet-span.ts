import type { Demuxer } from './file-kind/file-kind.ts';
import { runFfmpegProgram } from './ffmpeg.ts';
import { foreignFile } from './foreign-media.ts';

/** The real length of a media file, whatever its header claims. */
export interface PacketSpan {
  /** The end of the last packet of its kind on the file's own time line; null if there is none. */
  videoSeconds: number | null;
  audioSeconds: number | null;
  /** The end of the last packet of any kind, including subtitles and data. */
  lastSeconds: number | null;
}

interface Tail {
  end: number;
  /** The starts of the last two packets, in the order of presentation. */
  latest: number;
  second: number;
}

function endOf(tail: Tail | undefined): number | null {
  if (tail === undefined) return null;
  const { end, latest, second } = tail;
  // A last packet without a length is assumed to be as long as the one before.
  return end > latest ? end : latest + (latest - second);
}

/** Reads all packets of a file without decoding them, as fast as the disk allows. */
export async function packetSpan(file: string, demuxer: Demuxer, signal?: AbortSignal): Promise<PacketSpan> {
  const args = ['-v', 'quiet', '-of', 'csv=p=0', ...foreignFile(file, demuxer)];
  const fields = ['-show_entries', 'packet=codec_type,pts_time,dts_time,duration_time,flags'];
  const tails: Record<string, Tail> = {};
  const onLine = (line: string): void => {
    const [kind = '', shown = '', decoded = '', length = '', flags = ''] = line.split(',');
    const at = Number(shown === 'N/A' ? decoded : shown);
    // Discarded packets are decoded only for others; an edit list cuts them away.
    if (flags.includes('D') || !Number.isFinite(at)) return;
    const tail = (tails[kind] ??= { end: at, latest: at, second: at });
    tail.end = Math.max(tail.end, at + (Number(length) || 0));
    if (at > tail.latest) [tail.second, tail.latest] = [tail.latest, at];
    else tail.second = Math.max(tail.second, at);
  };
  const { exitCode, endedBy } = await runFfmpegProgram('ffprobe', [...args, ...fields], { signal, onLine });
  if (exitCode === undefined) throw new Error(`ffprobe ended by ${endedBy}`);
  const ends = Object.values(tails).flatMap((tail) => endOf(tail) ?? []);
  return {
    videoSeconds: endOf(tails['video']),
    audioSeconds: endOf(tails['audio']),
    lastSeconds: ends.length === 0 ? null : Math.max(...ends),
  };
}
