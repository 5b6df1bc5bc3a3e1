import type { Demuxer } from '../../../assets/file-kind/file-kind.ts';
import type { MediaInfo, VideoStream } from '../../../assets/probe.ts';

/** How to convert a film so that the browser shows it correctly. */
export interface Conversion {
  /** The property that the browser does not support, such as `hevc`. */
  because: string;
  extension: 'mp4' | 'webm';
  /** The arguments of ffmpeg between the input and the output. They are a part of the name of the stored result. */
  args: readonly string[];
}

/**
 * The codecs and containers, with 8 or 10 bits, that Chromium's headless shell 156 and Remotion 4.0.527 play frame by
 * frame in true colours (tested), including rotated, mirrored and stretched films, edit lists and variable frame rates.
 */
const NATIVE_CONTAINERS: ReadonlySet<Demuxer> = new Set(['mov', 'matroska']);
const NATIVE_CODECS = new Set(['h264', 'vp8', 'vp9', 'av1']);
const NATIVE_PIXELS = /^(yuva?j?4(20|22|44)p(10le)?|gray(10le)?|gbrp)$/;

/** Codecs that the bundled ffmpeg decodes. */
const DECODABLE = /^(h263|h264|hevc|mjpeg|mpeg[124]video|mpeg4|png|prores|rawvideo|theora|vc1|vp3|vp8|vp9|av1|gif)$/;
const AUDIBLE = /^(aac|ac3|flac|mp3|opus|vorbis|pcm_(?!alaw|mulaw|bluray|dvd|vidc)\w+)$/;
const HDR = new Set(['smpte2084', 'arib-std-b67']);
/** Sound codecs that MP4 supports. */
const KEPT_SOUND = /^(aac|ac3|mp3|opus|flac)$/;
/**
 * A film that begins later than this, in a container without a notion of a late start, is a recording of a running
 * stream.
 */
const LATE_SECONDS = 0.1;

export const isDecodable = (codec: string): boolean => DECODABLE.test(codec);
export const isAudible = (codec: string): boolean => AUDIBLE.test(codec);

/**
 * Players assume the older matrix for small pictures without a named matrix. Chromium does not, and shows wrong
 * colours.
 */
const isUntaggedSmall = ({ colorSpace, pixelFormat, width, height }: VideoStream): boolean =>
  colorSpace === 'unknown' && pixelFormat.startsWith('yuv') && width < 1280 && height <= 576;

function reason({ video, startSeconds }: MediaInfo, stream: VideoStream, demuxer: Demuxer): string | null {
  if (video === null) return null;
  if (!NATIVE_CONTAINERS.has(demuxer)) return `${stream.codec} in ${demuxer}`;
  if (!NATIVE_CODECS.has(stream.codec)) return stream.codec;
  if (isHdr(stream)) return 'HDR';
  if (!NATIVE_PIXELS.test(stream.pixelFormat)) return `${stream.codec} in ${stream.pixelFormat}`;
  return demuxer === 'matroska' && startSeconds > LATE_SECONDS ? 'a start that is not 0' : null;
}

const isHdr = ({ transfer }: VideoStream): boolean => HDR.has(transfer);

/** Whether HDR does not name all its colour properties. In practice all HDR uses BT.2020. */
export const isUntoldHdr = (stream: VideoStream): boolean =>
  isHdr(stream) && (stream.primaries === 'unknown' || stream.colorSpace === 'unknown');

/** Converts HDR to linear light. The filter refuses colours that are not named. */
function linearLight({ primaries, colorSpace, range }: VideoStream): string {
  const told = [
    ...(primaries === 'unknown' ? ['pin=bt2020:p=bt2020'] : []),
    ...(colorSpace === 'unknown' ? ['min=bt2020nc'] : []),
    ...(range === 'unknown' ? ['rin=tv'] : []),
  ];
  return `zscale=${[...told, 't=linear', 'npl=203'].join(':')},format=gbrpf32le`;
}

/** Converts to BT.709 with 8 bits, and to the even sizes that these encoders require. */
function picture(stream: VideoStream, pixels: 'yuv420p' | 'yuva420p'): string {
  const size = `ceil(iw/2)*2:ceil(ih/2)*2`;
  const matrix =
    stream.colorSpace === 'unknown' ? `:in_color_matrix=${isUntaggedSmall(stream) ? 'bt601' : 'bt709'}` : '';
  const toneMap = `${linearLight(stream)},zscale=p=bt709,tonemap=mobius:desat=0,zscale=t=bt709:m=bt709:r=tv,`;
  const hdr = isHdr(stream);
  return `${hdr ? toneMap : ''}scale=${size}${hdr ? '' : matrix}:out_color_matrix=bt709:out_range=tv,format=${pixels}`;
}

const words = (text: string): string[] => text.split(' ');
const TAGS = words('-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv');
/**
 * Keeps all times, so that variable frame rates stay and sound stays in sync. A key frame every 30 frames makes seeking
 * fast.
 */
const TIMES = words('-fps_mode vfr -enc_time_base 1:90000 -g 30');
/** AVI has only the order of decoding, so films whose frames are decoded out of order start late. */
const FROM_ZERO = words('-bsf:v setts=pts=PTS-STARTPTS:dts=DTS-STARTPTS');
const STREAMS = words('-map 0:V:0 -map 0:a:0? -map_metadata -1');

/** The conversion that a film needs before the browser can draw it; null if it needs none. */
export function conversionOf(info: MediaInfo, demuxer: Demuxer): Conversion | null {
  const { video, audio } = info;
  if (video === null) return null;
  const streams = audio !== null && !isAudible(audio.codec) ? [...STREAMS, '-an'] : STREAMS;
  const because = reason(info, video, demuxer);
  const times = demuxer === 'avi' ? [...TIMES, ...FROM_ZERO] : TIMES;
  if (because !== null && video.transparent) {
    const encoder = words('-c:v libvpx-vp9 -crf 14 -b:v 0 -deadline realtime -cpu-used 6 -row-mt 1 -auto-alt-ref 0');
    const filter = ['-vf', picture(video, 'yuva420p')];
    const sound = words('-c:a libopus -b:a 192k');
    return { because, extension: 'webm', args: [...streams, ...filter, ...encoder, ...TAGS, ...times, ...sound] };
  }
  const sound = ['-c:a', audio !== null && KEPT_SOUND.test(audio.codec) ? 'copy' : 'pcm_s16le'];
  if (because !== null) {
    const encoder = words('-c:v libx264 -preset veryfast -crf 14');
    const filter = ['-vf', picture(video, 'yuv420p')];
    return { because, extension: 'mp4', args: [...streams, ...filter, ...encoder, ...TAGS, ...times, ...sound] };
  }
  if (video.codec === 'h264' && isUntaggedSmall(video)) {
    // Only the label is added; the pictures are copied.
    const label = 'h264_metadata=matrix_coefficients=6:colour_primaries=6:transfer_characteristics=6';
    return {
      because: 'untold colours',
      extension: 'mp4',
      args: [...streams, ...words('-c:v copy -bsf:v'), label, ...sound],
    };
  }
  return null;
}
