import path from 'node:path';
import { runFfmpeg } from '../assets/ffmpeg.ts';
import { kindOfFile, type Demuxer } from '../assets/file-kind/file-kind.ts';
import { foreignFile } from '../assets/foreign-media.ts';
import { probeMedia, UnreadableMediaError } from '../assets/probe.ts';
import { isSilent } from '../assets/silence.ts';
import { parseWav } from '../assets/wav.ts';

/** The facts about a reference recording, and the problems with it as sentences that say how to correct them. */
export interface RecordingCheck {
  sampleRate: number;
  durationSeconds: number;
  problems: string[];
}

const LOWEST_RATE = 16_000;
export const LONGEST_RECORDING_SECONDS = 30;
/** Below this a clone does not sound like its original. */
export const SHORTEST_RECORDING_SECONDS = 3;
/** The codecs of the kinds of files that CosyVoice reads, which are named as ffmpeg names them. */
const CODECS = new Map<Demuxer, readonly string[]>([
  ['wav', ['pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_u8', 'pcm_f32le', 'pcm_f64le']],
  ['flac', ['flac']],
  ['mp3', ['mp3', 'mp3float']],
]);
const CONVERT = 'convert it: ffmpeg -i RECORDING -ac 1 -ar 24000 reference.wav';

const decoded = async (input: readonly string[]): Promise<{ samples: Buffer; sampleRate: number } | undefined> => {
  const output = `-t ${LONGEST_RECORDING_SECONDS + 5} -vn -ac 1 -c:a pcm_s16le -f wav -bitexact -`;
  const wav = parseWav(await runFfmpeg([...input, ...output.split(' ')]));
  return wav === undefined ? undefined : { samples: wav.data, sampleRate: wav.sampleRate };
};

const failed = (problem: string): RecordingCheck => ({ sampleRate: 0, durationSeconds: 0, problems: [problem] });
const rounded = (seconds: number): string => String(Math.round(seconds * 10) / 10);

/**
 * Checks a reference recording here, because CosyVoice's server answers a bad one with a bare 500.
 * @param shortestSeconds 3 for a voice that is added; less if only the requirements of the server count.
 */
export async function checkRecording(
  file: string,
  shortestSeconds: number,
  extension: string = path.extname(file).toLowerCase(),
): Promise<RecordingCheck> {
  const [demuxer, codecs] = [...CODECS].find(([name]) => extension === `.${name}`) ?? [];
  if (demuxer === undefined || codecs === undefined) return failed(`expected a wav, flac or mp3 file; ${CONVERT}`);
  const kind = await kindOfFile(file);
  if (kind.family !== 'media') return failed(`this file is not readable as sound; ${CONVERT}`);
  if (kind.demuxer !== demuxer)
    return failed(`this is a ${kind.demuxer} file with another file name ending; ${CONVERT}`);
  try {
    const { audio } = await probeMedia(file, undefined, demuxer);
    if (audio === null) return failed('there is no sound in this file');
    if (!codecs.includes(audio.codec))
      return failed(`this file contains ${audio.codec} sound, which does not match its file name ending; ${CONVERT}`);
    const sound = await decoded(foreignFile(file, demuxer));
    if (sound === undefined || sound.samples.length === 0) return failed('there is no sound in this file');
    const { samples } = sound;
    const durationSeconds = samples.length / 2 / sound.sampleRate;
    const problems = [
      audio.sampleRate < LOWEST_RATE &&
        `its sample rate is ${audio.sampleRate} Hz, but CosyVoice needs at least ${LOWEST_RATE} Hz; record it again, because converting does not improve it`,
      durationSeconds < shortestSeconds &&
        `it is ${rounded(durationSeconds)} s long; record ${shortestSeconds} to ${LONGEST_RECORDING_SECONDS} s of speech, ideally 5 to 10`,
      durationSeconds > LONGEST_RECORDING_SECONDS &&
        `it is longer than ${LONGEST_RECORDING_SECONDS} s; cut it to 5 to 10 s of whole sentences: ffmpeg -i RECORDING -t 10 reference.wav`,
      isSilent(samples, sound.sampleRate) && 'it is silent; check the microphone and its level',
    ].filter((problem) => problem !== false);
    return { sampleRate: audio.sampleRate, durationSeconds, problems };
  } catch (error) {
    if (error instanceof UnreadableMediaError || (error instanceof Error && error.message.startsWith('ffmpeg failed')))
      return failed(`this file is not readable as sound; ${CONVERT}`);
    throw error;
  }
}
