import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AssetPathError, existingAsset } from '../../assets/paths.ts';
import type { CosyvoiceInput } from '../../contracts/cosyvoice.ts';
import type { CosyvoiceDialect } from '../../contracts/cosyvoice-dialects.ts';
import type { Stage } from '../../contracts/task-status.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import { estimateSeconds } from '../../speech/estimate.ts';
import { atTempo } from './convert-sound.ts';
import { finishSpeech, type Speech } from './finish-speech.ts';
import { measureSound } from './measure-sound.ts';
import { secondsOf } from './sound.ts';
import { createCosyvoiceHttp } from './http.ts';
import { detectServer, type Server } from './detect-server.ts';
import { planSpeech, type PlannedSentence } from './plan-speech.ts';
import { recordedPace } from './recorded-pace.ts';
import { type FirstTake, retakeOddSentences, type Retake, unlessFatal } from './retake-odd.ts';
import { forgetRetakes, loadSentence, saveSentence } from './sentence-files.ts';
import { type CosyvoiceTimings, COSYVOICE_TIMINGS } from './settings.ts';
import { type SentenceJob, speakSentence, tryOnce } from './speak-sentence.ts';

export type { CosyvoiceTimings, Speech };

export interface SpeechJob {
  input: CosyvoiceInput;
  taskId: string;
  /** Absolute, exists, private to this task, kept between attempts. */
  workDir: string;
  /** Absolute and final; its folder exists. */
  outputFile: string;
}

/** A sentence that was spoken. */
export interface SpokenSentence {
  /** How many sentences are done, with this one. */
  done: number;
  total: number;
  text: string;
  durationSeconds: number;
}

export type SpeechPhase = 'speaking' | 'joining' | 'cancelling';

export interface SpeechControl {
  signal: AbortSignal;
  /** Called with a fraction from 0 to 1, and a few words for people. */
  onProgress: (fraction: number, text: string, stage?: Stage) => void;
  /** Called when a sentence is spoken, not for those of earlier attempts. */
  onSentence?: (sentence: SpokenSentence) => void;
  onPhase?: (phase: SpeechPhase) => void;
  /** Called with each of the speech's `warnings` as soon as it arises. */
  onWarning?: (text: string) => void;
}

/** The result of a probe of CosyVoice. */
export type CosyvoiceHealth =
  | {
      up: true;
      dialect: CosyvoiceDialect;
      /** Whether the settings name it. */ forced: boolean;
      version: string | null;
    }
  | { up: false; code: ErrorCode; message: string };

export interface CosyvoiceDriver {
  /**
   * Speaks one script, or the missing sentences of it. When it settles, every finished sentence is in the work folder
   * for the next attempt. CosyVoice is idle then, unless it did not finish its sentence in time.
   * @throws {AppError} of the catalogue; the signal's reason when aborted.
   */
  speak(job: SpeechJob, control: SpeechControl): Promise<Speech>;
  /** One cheap probe. Never throws. */
  check(): Promise<CosyvoiceHealth>;
}

const GONE: ReadonlySet<ErrorCode> = new Set(['cosyvoice_unavailable', 'cosyvoice_lost']);

export function createCosyvoiceDriver(options: {
  url: string;
  /** Sent with every request, for a proxy in front of CosyVoice. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Undefined: detected. */
  dialect?: CosyvoiceDialect | undefined;
  /** Sample rate of answers without a header; undefined: that of the dialect. */
  sampleRate?: number | undefined;
  /** Absolute; reference recordings are below it. */
  assetRoot: string;
  logger: Logger;
  timings?: Partial<CosyvoiceTimings>;
}): CosyvoiceDriver {
  const { assetRoot, logger } = options;
  const timings = { ...COSYVOICE_TIMINGS, ...options.timings };
  const http = createCosyvoiceHttp(options);
  /** Whether this server has ever spoken with a recording. The server of late 2025 never does. */
  let recordingsWork = false;

  async function readRecording(asset: string | null): Promise<{ name: string; data: Buffer } | null> {
    if (asset === null) return null;
    try {
      const { absolute } = await existingAsset({ root: assetRoot, aliases: [] }, asset);
      // The original name may contain characters that a header cannot.
      return { name: `reference${path.extname(asset).toLowerCase()}`, data: await readFile(absolute) };
    } catch (error) {
      if (error instanceof AssetPathError) throw new AppError('asset_missing', `${asset}: ${error.message}`);
      throw error;
    }
  }

  async function speakAll(job: SpeechJob, server: Server, control: SpeechControl) {
    const { input, workDir } = job;
    const sampleRate = options.sampleRate ?? server.dialect.sampleRate;
    const recording = await readRecording(input.voice.recording);
    const plan = await planSpeech(input, server, { workDir, recording, sampleRate });
    for (const warning of plan.warnings) control.onWarning?.(warning);
    const seconds = plan.sentences.map(({ spoken }) => estimateSeconds(spoken));
    const whole = seconds.reduce((sum, one) => sum + one, 0);
    const nameOf = (index: number): string => `sentence ${index + 1} of ${plan.sentences.length}`;
    const deps = { http, timings, logger };
    const sentenceControl = { signal: control.signal, onWaitOut: () => control.onPhase?.('cancelling') };
    const jobOf = ({ spoken: text, request }: PlannedSentence, index: number): SentenceJob => {
      return { text, name: nameOf(index), request, speed: plan.speed, sampleRate, recordingsWork };
    };

    const takes: FirstTake[] = [];
    let done = 0;
    for (const [index, sentence] of plan.sentences.entries()) {
      const { spoken: text, key, file } = sentence;
      const stage = { name: 'sentence', node: null, step: index, steps: plan.sentences.length };
      control.onProgress(done / whole, nameOf(index), stage);
      let sound = await loadSentence(file);
      if (sound === undefined) {
        sound = await atTempo(await speakSentence(deps, jobOf(sentence, index), sentenceControl), key.tempo);
        recordingsWork ||= key.request.recording !== null;
        await forgetRetakes(file);
        await saveSentence(file, sound);
        const place = { done: index + 1, total: plan.sentences.length };
        control.onSentence?.({ ...place, text: sentence.text, durationSeconds: secondsOf(sound) });
      }
      takes.push({ text, name: nameOf(index), file, facts: measureSound(sound) });
      done += seconds[index] ?? 0;
    }

    async function askAgain(index: number, attempt: number): Promise<Retake | undefined> {
      const sentence = plan.sentences[index];
      if (sentence === undefined) return undefined;
      const came = await tryOnce(deps, jobOf(sentence, index), attempt, sentenceControl).catch(unlessFatal);
      if (came === undefined || 'problem' in came) return undefined;
      const sound = await atTempo(came, sentence.key.tempo);
      return { facts: measureSound(sound), keep: () => saveSentence(sentence.file, sound) };
    }
    const warnings = await retakeOddSentences(takes, {
      speed: input.speed,
      recording: await recordedPace(input, recording?.data),
      askAgain,
      onOdd({ name }, { problem }) {
        control.onProgress(1, `${name} again`);
        logger.warn(`CosyVoice, ${name}: ${problem}; requesting it again`);
      },
    });
    for (const warning of warnings) control.onWarning?.(warning);
    return { ...plan, warnings: [...plan.warnings, ...warnings] };
  }

  return {
    async speak(job, control) {
      const { signal, onPhase } = control;
      try {
        const server = await detectServer(http, options.dialect, { signal, timeout: timings.probe });
        onPhase?.('speaking');
        const { sentences, ignored, warnings } = await speakAll(job, server, control);
        if (ignored.length > 0) logger.warn(`This CosyVoice does not support ${ignored.join(', ')}; it had no effect`);
        signal.throwIfAborted();
        onPhase?.('joining');
        control.onProgress(1, 'joining');
        const speech = await finishSpeech(sentences, job, signal);
        return { ...speech, ignored, warnings: [...warnings, ...speech.warnings] };
      } catch (error) {
        // After a restart it may be another server.
        if (error instanceof AppError && GONE.has(error.code)) recordingsWork = false;
        // After an abort, throw the signal's reason, whatever failed because of it.
        throw signal.aborted ? signal.reason : error;
      }
    },

    async check() {
      try {
        const { dialect, version } = await detectServer(http, options.dialect, { timeout: timings.probe });
        return { up: true, dialect: dialect.name, forced: options.dialect !== undefined, version };
      } catch (error) {
        if (error instanceof AppError) return { up: false, code: error.code, message: error.message };
        return { up: false, code: 'cosyvoice_unavailable', message: String(error) };
      }
    },
  };
}
