import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileFacts } from '../../assets/describe-file.ts';
import { publish, refuseTaken, waitingFile } from '../../assets/publish.ts';
import { makeFolder } from '../../assets/work-folder.ts';
import type { CosyvoiceInput } from '../../contracts/cosyvoice.ts';
import { encode, normaliseLoudness } from './encode.ts';
import { type Joined, joinSentences, type SpokenSentence } from './join-sentences.ts';
import { type Cue, toSrt } from './srt.ts';
import { milliseconds } from './timing.ts';

/** The facts of finished speech. */
export interface Speech {
  /** The length of the joined samples. */
  durationSeconds: number;
  sampleRate: number;
  sizeBytes: number;
  /** The texts as written, with milliseconds exact to the sample. */
  sentences: Cue[];
  /** Absolute, next to the audio. */
  srtFile: string;
  /** The audio, and its subtitles. */
  files: [FileFacts, FileFacts];
  /** Fields of the payload that this server does not support. */
  ignored: string[];
  /** Sentences for the client about possible faults and omissions. */
  warnings: string[];
}

export interface FinishJob {
  input: CosyvoiceInput;
  workDir: string;
  outputFile: string;
}

/** `…/speech.mp3` → `…/speech.srt` */
export const srtBeside = (file: string): string => path.join(path.dirname(file), `${path.parse(file).name}.srt`);

const cuesOf = ({ sentences, sampleRate }: Joined): Cue[] =>
  sentences.map(({ text, from, to }) => ({
    text,
    startMs: milliseconds(from, sampleRate),
    endMs: milliseconds(to, sampleRate),
  }));

const UNMEASURED = 'loudness: the speech is too short or too quiet to be measured, so its loudness is unchanged';

async function process(joined: Joined, file: string, job: FinishJob, signal: AbortSignal) {
  const { loudness, format } = job.input;
  const warnings: string[] = [];
  let result = file;
  if (loudness !== null) {
    const louder = `${file}.loudness.wav`;
    if (await normaliseLoudness(file, louder, loudness, joined, signal)) result = louder;
    else warnings.push(UNMEASURED);
  }
  if (format === 'wav') return { finished: result, warnings };
  const encoded = `${file}.${format}`;
  await encode(result, encoded, format, signal);
  return { finished: encoded, warnings };
}

/**
 * Joins finished sentences into the final file and writes its subtitles next to it. Each file appears complete or not
 * at all.
 */
export async function finishSpeech(
  spoken: readonly SpokenSentence[],
  job: FinishJob,
  signal: AbortSignal,
): Promise<Omit<Speech, 'ignored'>> {
  const temporary = path.join(job.workDir, 'tmp');
  const waiting = [job.outputFile, srtBeside(job.outputFile)].map((file) => waitingFile(file, job.workDir));
  const clean = async (): Promise<void> => {
    for (const file of waiting) await rm(file, { force: true });
    await rm(temporary, { recursive: true, force: true });
  };
  await clean();
  try {
    await makeFolder(temporary, 3);
    const file = path.join(temporary, 'speech.wav');
    const joined = await joinSentences(spoken, file, { pauseMs: job.input.pauseMs, signal });
    const { finished, warnings } = await process(joined, file, job, signal);
    const sentences = cuesOf(joined);
    const srtFile = srtBeside(job.outputFile);
    signal.throwIfAborted();
    // The audio is written last: if it exists, its subtitles exist too.
    const subtitles = path.join(temporary, 'speech.srt');
    await writeFile(subtitles, toSrt(sentences));
    const options = { workDir: job.workDir, overwrite: job.input.overwrite };
    // Check both first, so that neither is written alone.
    await refuseTaken([srtFile, job.outputFile], options);
    const srt = await publish(subtitles, srtFile, options);
    const audio = await publish(finished, job.outputFile, options);
    const durationSeconds = Math.round((joined.samples * 1000) / joined.sampleRate) / 1000;
    const { sampleRate } = joined;
    const { sizeBytes } = audio;
    return { durationSeconds, sampleRate, sizeBytes, sentences, srtFile, files: [audio, srt], warnings };
  } finally {
    await clean();
  }
}
