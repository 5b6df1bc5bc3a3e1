import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ffmpegProgram } from './ffmpeg.ts';

const run = promisify(execFile);

export interface VideoStream {
  codec: string;
  width: number;
  height: number;
  fps: number;
  /** Null where the container does not say. */
  durationSeconds: number | null;
  pixelFormat: string;
  colorSpace: string;
}

export interface AudioStream {
  codec: string;
  channels: number;
  sampleRate: number;
  durationSeconds: number | null;
}

/** What a media file is, as ffprobe tells it; the first stream of each kind. */
export interface MediaInfo {
  sizeBytes: number;
  durationSeconds: number | null;
  video: VideoStream | null;
  audio: AudioStream | null;
}

/** The file is not media that ffmpeg understands; the message is its reason. */
export class UnreadableMediaError extends Error {
  override name = 'UnreadableMediaError';
}

const seconds = z.coerce.number().optional();
const output = z.object({
  streams: z.array(
    z.looseObject({
      codec_type: z.string().optional(),
      codec_name: z.string().default('unknown'),
      width: z.number().default(0),
      height: z.number().default(0),
      avg_frame_rate: z.string().default('0/1'),
      pix_fmt: z.string().default('unknown'),
      color_space: z.string().default('unknown'),
      channels: z.number().default(0),
      sample_rate: z.coerce.number().default(0),
      duration: seconds,
    }),
  ),
  format: z.looseObject({ duration: seconds, size: z.coerce.number() }),
});

/** `30000/1001` → 29.97… */
function rate(fraction: string): number {
  const [over = 0, under = 1] = fraction.split('/').map(Number);
  return under === 0 ? 0 : over / under;
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/**
 * Reads what a media file holds. Takes about 50 ms; nothing but this file is opened.
 * @throws {UnreadableMediaError} when it is not media.
 */
export async function probeMedia(file: string, signal?: AbortSignal): Promise<MediaInfo> {
  const { file: ffprobe, env } = ffmpegProgram('ffprobe');
  const input = `file:${file}`;
  const args = ['-v', 'error', '-protocol_whitelist', 'file', '-of', 'json', '-show_streams', '-show_format', input];
  const { stdout } = await run(ffprobe, args, { env, signal, maxBuffer: 16 * 1024 * 1024 }).catch((error: unknown) => {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    // Only a failure of ffprobe itself is the file's fault; a missing program or an abort is not.
    if (typeof code !== 'number') throw error;
    throw new UnreadableMediaError(lastLine(stderr ?? '').replace(`${input}: `, ''), { cause: error });
  });
  const { streams, format } = output.parse(JSON.parse(stdout));
  const video = streams.find((stream) => stream.codec_type === 'video');
  const audio = streams.find((stream) => stream.codec_type === 'audio');
  return {
    sizeBytes: format.size,
    durationSeconds: format.duration ?? null,
    video:
      video === undefined
        ? null
        : {
            codec: video.codec_name,
            width: video.width,
            height: video.height,
            fps: rate(video.avg_frame_rate),
            durationSeconds: video.duration ?? null,
            pixelFormat: video.pix_fmt,
            colorSpace: video.color_space,
          },
    audio:
      audio === undefined
        ? null
        : {
            codec: audio.codec_name,
            channels: audio.channels,
            sampleRate: audio.sample_rate,
            durationSeconds: audio.duration ?? null,
          },
  };
}
