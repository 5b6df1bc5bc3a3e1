import path from 'node:path';
import { z } from 'zod';
import { complaintOf } from './ffmpeg-complaint.ts';
import { runFfmpegProgram } from './ffmpeg.ts';
import { foreignFile, openedAs, type OpenedAs } from './foreign-media.ts';

/** The facts about a media file from ffprobe: the first stream of each kind, without cover pictures. */
export interface MediaInfo {
  sizeBytes: number;
  /** ffmpeg's names of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  container: string;
  /** The start of its time line; 0 if the container does not declare it. */
  startSeconds: number;
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
      color_transfer: z.string().default('unknown'),
      color_primaries: z.string().default('unknown'),
      color_range: z.string().default('unknown'),
      sample_aspect_ratio: z.string().default('0:1'),
      field_order: z.string().default('unknown'),
      disposition: z.looseObject({ attached_pic: z.number().default(0) }).optional(),
      tags: z.record(z.string(), z.string()).default({}),
      side_data_list: z.array(z.looseObject({ rotation: z.number().optional() })).default([]),
      channels: z.number().default(0),
      sample_rate: z.coerce.number().default(0),
      duration: seconds,
    }),
  ),
  format: z.looseObject({
    format_name: z.string().default('unknown'),
    start_time: seconds,
    duration: seconds,
    size: z.coerce.number(),
  }),
});
type Stream = z.infer<typeof output>['streams'][number];

/** `30000/1001` → 29.97…, `4:3` → 1.33… */
function ratio(fraction: string): number {
  const [over = 0, under = 1] = fraction.split(/[/:]/).map(Number);
  return under === 0 ? 0 : over / under;
}

/**
 * Matroska declares the length of a stream, if at all, in a tag, `00:01:02.500000000`. Some writers add a language to
 * the tag's name.
 */
function secondsOf({ duration, tags }: Stream): number | null {
  if (duration !== undefined) return duration;
  const tag = Object.entries(tags).find(([name]) => /^DURATION(-|$)/i.test(name))?.[1] ?? '';
  const [, hours, minutes, rest] = /^(\d{1,4}):(\d\d):(\d\d(?:\.\d{1,9})?)$/.exec(tag) ?? [];
  return hours === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}

const ALPHA = /^(yuva|rgba|bgra|argb|abgr|gbrap|ya)/;
/** The most bytes that ffprobe may print. */
const MOST_BYTES = 16 * 1024 * 1024;
const INTERLACED = new Set(['tt', 'bb', 'tb', 'bt']);

function videoStream(stream: Stream) {
  const { width, height } = stream;
  const stretched = Math.round(width * (ratio(stream.sample_aspect_ratio) || 1));
  const turn = stream.side_data_list.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  const [shownWidth, shownHeight] = Math.round(turn / 90) % 2 === 0 ? [stretched, height] : [height, stretched];
  return {
    codec: stream.codec_name,
    width,
    height,
    fps: ratio(stream.avg_frame_rate),
    /** Null if the container does not declare it. */
    durationSeconds: secondsOf(stream),
    pixelFormat: stream.pix_fmt,
    /** The matrix, such as `bt709`; `unknown` if the file does not declare it. */
    colorSpace: stream.color_space,
    /** The transfer curve, such as `bt709`, or `smpte2084` and `arib-std-b67` for HDR. */
    transfer: stream.color_transfer,
    /** Such as `bt709`, `bt2020`; `unknown` if the file does not declare it. */
    primaries: stream.color_primaries,
    /** `tv` or `pc`; `unknown` if the file does not declare it. */
    range: stream.color_range,
    /** The size as shown, after rotation and the shape of its pixels. `width` and `height` are as stored. */
    shownWidth,
    shownHeight,
    /** Has an alpha channel. */
    transparent: ALPHA.test(stream.pix_fmt) || stream.tags['alpha_mode'] === '1',
    interlaced: INTERLACED.has(stream.field_order),
  };
}
export type VideoStream = ReturnType<typeof videoStream>;

const audioStream = (stream: Stream) => ({
  codec: stream.codec_name,
  channels: stream.channels,
  sampleRate: stream.sample_rate,
  durationSeconds: secondsOf(stream),
});
export type AudioStream = ReturnType<typeof audioStream>;

/**
 * Reads the properties of a media file, or a GIF. Takes about 50 ms, and opens only this file.
 * @param known its kind; without it, the bytes decide.
 * @throws {UnreadableMediaError} if it is not media.
 */
export async function probeMedia(file: string, signal?: AbortSignal, known?: OpenedAs): Promise<MediaInfo> {
  const demuxer = known ?? (await openedAs(file));
  if (demuxer === undefined) throw new UnreadableMediaError('it is not a known kind of film or sound');
  const args = ['-v', 'error', '-of', 'json', '-show_streams', '-show_format', ...foreignFile(file, demuxer)];
  const end = await runFfmpegProgram('ffprobe', args, { signal, mostOutputBytes: MOST_BYTES });
  if (end.isTooLong) throw new UnreadableMediaError('its description is too long to read');
  // A failure that ffprobe itself reports is the file's fault; a missing or killed program is not.
  if (end.exitCode === undefined) throw new Error(`ffprobe ended by ${end.endedBy}`);
  if (end.exitCode !== 0)
    throw new UnreadableMediaError(complaintOf(end.stderr, args).replace(`${path.basename(file)}: `, ''));
  const { streams, format } = output.parse(JSON.parse(end.stdout.toString()));
  const video = streams.find((stream) => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1);
  const audio = streams.find((stream) => stream.codec_type === 'audio');
  return {
    sizeBytes: format.size,
    container: format.format_name,
    startSeconds: format.start_time ?? 0,
    durationSeconds: format.duration ?? null,
    video: video === undefined ? null : videoStream(video),
    audio: audio === undefined ? null : audioStream(audio),
  };
}
