import { CRF } from '../../../film/codecs.ts';
import type { OutputSettings } from '../../../film/film.ts';
import { exactRate } from '../sound/sample-clock.ts';

/**
 * JPEG quality of the frames between browser and encoder. A lower quality is not faster, and the encoder would spend
 * bits on its noise.
 */
export const JPEG_QUALITY = 92;

/** The defaults for a film without a preset or quality. */
export interface EncoderDefaults {
  preset: NonNullable<OutputSettings['preset']>;
  /** Quality of H.264. */
  crf?: number | undefined;
}

export type ChunkExtension = 'mp4' | 'webm';

/** How the chunks of a film are encoded. */
export interface Encoder {
  /** The arguments between `-i` and the name of the file. */
  args: readonly string[];
  /** `30/1` */
  rate: string;
  extension: ChunkExtension;
}

/** A frame rate as a fraction of whole numbers. */
export function wholeRate(fps: number): { over: number; under: number } {
  const { over, under } = exactRate(fps);
  return Number.isInteger(over) ? { over, under } : { over: Math.round(over * 1000), under: under * 1000 };
}

/** Converts JPEG's full-range BT.601 to the BT.709 that players expect. zscale takes a tenth of the time of scale. */
const TO_BT709 = 'zscale=matrix=709:range=limited:primariesin=709:primaries=709:transferin=709:transfer=709';
/** If the scale makes a side odd, the side loses a pixel, like an odd size of the film. */
const EVEN = 'crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0';
const TAGS = '-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv';

/**
 * The two fastest presets of x264 do not look ahead, which costs up to twice the bits for the same picture and saves
 * almost no time: superfast takes 9.7 CPU seconds and 7.8 MB with look-ahead, 11.1 and 16.4 without; veryfast takes
 * 16.8 and 9.9 (300 frames of 1080 × 1920, SSIM 0.990 each).
 */
const LOOKAHEAD = ' -x264-params mbtree=1:rc-lookahead=10';
const FEWER_BITS: Partial<Record<EncoderDefaults['preset'], string>> = { ultrafast: LOOKAHEAD, superfast: LOOKAHEAD };

function codecArgs({ codec, crf, preset }: OutputSettings, defaults: EncoderDefaults): string {
  // The colours of a GIF are chosen from the whole film when it is joined, so its chunks must be almost lossless.
  if (codec === 'gif') return '-c:v libx264 -preset veryfast -crf 10 -threads 1';
  const quality = crf ?? (codec === 'h264' ? defaults.crf : undefined) ?? CRF[codec].default;
  const speed = preset ?? defaults.preset;
  // One thread each: with a child on every core, more threads only take turns. The number of threads also changes the
  // bytes.
  switch (codec) {
    case 'h264':
      return `-c:v libx264 -preset ${speed} -crf ${quality} -threads 1${FEWER_BITS[speed] ?? ''}`;
    case 'h265':
      return `-c:v libx265 -preset ${speed} -crf ${quality} -tag:v hvc1 -x265-params log-level=error:open-gop=0:pools=1:frame-threads=1`;
    case 'vp8':
      // Without this, frames that are never shown would be counted.
      return `-c:v libvpx -crf ${quality} -b:v 20M -deadline good -cpu-used 4 -auto-alt-ref 0 -threads 1`;
    case 'vp9':
    default:
      return `-c:v libvpx-vp9 -crf ${quality} -b:v 0 -deadline good -cpu-used 4 -row-mt 0 -threads 1`;
  }
}

/** The encoder for a film. With the same settings, chunks can be joined without a seam. */
export function encoderFor(output: OutputSettings, fps: number, defaults: EncoderDefaults): Encoder {
  const { over, under } = wholeRate(fps);
  const pixels = output.codec === 'gif' ? 'yuv444p' : 'yuv420p';
  const args = `-vf ${EVEN},${TO_BT709},format=${pixels} ${codecArgs(output, defaults)} ${TAGS} -fflags +bitexact -flags +bitexact`;
  return {
    args: args.split(' '),
    rate: `${over}/${under}`,
    extension: output.format === 'webm' ? 'webm' : 'mp4',
  };
}
