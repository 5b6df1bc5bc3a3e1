import type { FastapiVersion } from './http/framework.ts';

/** The three generations of the model. They differ in rate, methods, speakers and in what the texts must hold. */
export type Model = 'v1' | 'v2' | 'v3';

/**
 * Which state of the upstream server it is, by the month in which it began. `2024-07`: GET only, no instruct2.
 * `2025-01`: POST too, the server marks the end of an instruction. `2025-12`: the caller does.
 */
export type Release = '2024-07' | '2025-01' | '2025-12';

/**
 * How a server made from the upstream one answers: bare samples as upstream, a whole WAV file, a WAV that is streamed
 * with sizes of zero in its header, `audio/L16;rate=…`, or bare samples with `X-Sample-Rate`.
 */
export type Wrapper = 'none' | 'wav' | 'wav-stream' | 'l16' | 'x-sample-rate';

/** Form fields that some wrappers add to every path. */
export type Extension = 'speed' | 'seed' | 'stream';

export interface CosyvoiceSimulatorOptions {
  host?: string;
  /** 0, the default, is any free port. */
  port?: number;
  /** v2, as the real server's default. */
  model?: Model;
  /**
   * The latest. With `2025-12` it is a patched server, since the original fails every request with a recording: see
   * `faults.tensorBug`.
   */
  release?: Release;
  wrapper?: Wrapper;
  /** 0.165, which refuses empty fields. Upstream pins 0.115, which takes them. */
  fastapi?: FastapiVersion;
  extensions?: readonly Extension[];
  /** Ids of preset speakers; by default v1's seven, none for v2 and v3. */
  speakers?: readonly string[];
  /** Hz in place of the model's own (22050 or 24000). */
  sampleRate?: number;
  /** How long the model takes for a segment, whatever its length; 20. */
  segmentMs?: number;
  /** Longer segments end here, cleanly and in the middle of a word; 30, and 100 for v1. */
  maxSegmentSeconds?: number;
  /** `words`, the default, is real speech, or babble where eSpeak NG is not installed. */
  voice?: 'words' | 'babble';
  /** Speaks a little differently every time, as a real model does. */
  chance?: boolean;
  /** For so many milliseconds after the start every connection is refused: the model loads. */
  loadMs?: number;
  /** Where counted events are added to as they happen, so that a test still knows them after the process was killed. */
  journal?: string;
}

/** The same with every default filled in. */
export type Settings = Required<Omit<CosyvoiceSimulatorOptions, 'journal'>> &
  Pick<CosyvoiceSimulatorOptions, 'journal'>;

const V1_SPEAKERS = ['中文女', '中文男', '日语男', '粤语女', '英文女', '英文男', '韩语女'];

/** @throws when the release is older than the model. */
export function settingsOf(options: CosyvoiceSimulatorOptions): Settings {
  const { model = 'v2', release = '2025-12' } = options;
  if ((model === 'v3' && release !== '2025-12') || (model === 'v2' && release === '2024-07'))
    throw new Error(`CosyVoice ${model} came after the release of ${release}`);
  return {
    host: '127.0.0.1',
    port: 0,
    wrapper: 'none',
    fastapi: '0.165',
    extensions: [],
    speakers: model === 'v1' ? V1_SPEAKERS : [],
    sampleRate: model === 'v1' ? 22_050 : 24_000,
    segmentMs: 20,
    maxSegmentSeconds: model === 'v1' ? 100 : 30,
    voice: 'words',
    chance: false,
    loadMs: 0,
    ...options,
    model,
    release,
  };
}
