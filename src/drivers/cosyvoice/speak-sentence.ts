import { AppError } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import { decodeAnswer } from './decode-answer.ts';
import { excerpt } from './excerpt.ts';
import type { Answer, CosyvoiceHttp, SpeechRequest } from './http.ts';
import { problemOf } from './judge-take.ts';
import { checkPresence, detectServer } from './detect-server.ts';
import { refusalOf } from './refusal.ts';
import { MOST_TRIES, type CosyvoiceTimings } from './settings.ts';
import type { Sound } from './sound.ts';
import { waitOut, type WaitOut } from './wait-out.ts';

export interface SentenceJob {
  /** As sent. */
  text: string;
  /** For people: `sentence 3 of 20`. */
  name: string;
  /** The request of each try, from 0. */
  request: (attempt: number) => SpeechRequest;
  /** The factor by which the server itself changes the pace; 1 if it does not. */
  speed: number;
  /** Sample rate of answers without a header. */
  sampleRate: number;
  /** Whether this server has spoken with a recording before. */
  recordingsWork: boolean;
}

export interface SentenceControl {
  signal: AbortSignal;
  /** Called if the signal aborts while CosyVoice is speaking. */
  onWaitOut(): void;
}

export interface SentenceDeps {
  http: CosyvoiceHttp;
  timings: CosyvoiceTimings;
  logger: Logger;
}

/** Why a try failed. */
export interface Failure {
  kind: 'cut before the first sound' | 'too slow' | 'other';
  problem: string;
  /** The text that the server sent instead of sound. It may repeat the script, so it is only for the client. */
  words?: string | undefined;
}

/**
 * Sends one request under the deadline of a sentence. CosyVoice cannot stop inside a sentence, and only the end of its
 * answer shows that its card is free. After an abort, the answer is therefore read for a while longer, and a sentence
 * that ends in that time counts as finished.
 */
async function askOnce(
  { http, timings }: SentenceDeps,
  request: SpeechRequest,
  control: SentenceControl,
): Promise<Answer> {
  const drop = new AbortController();
  const timer = setTimeout(() => drop.abort(), timings.sentence);
  let waiting: WaitOut | undefined;
  const onAbort = (): void => {
    control.onWaitOut();
    waiting = waitOut(timings.waitOut, () => drop.abort());
  };
  control.signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await http.speak(request, drop.signal, (bytes) => waiting?.moved(bytes));
  } finally {
    control.signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
    waiting?.done();
  }
}

/** @throws {AppError} `cosyvoice_lost` unless the server is still there. */
async function checkAlive({ http, timings }: SentenceDeps, name: string, problem: string): Promise<void> {
  // The dialect does not matter here: any answer shows that the server is alive.
  await detectServer(http, 'v2', { timeout: timings.probe }).catch((error: unknown) => {
    throw new AppError('cosyvoice_lost', `${name} (${problem})`, { cause: error });
  });
}

async function failureOf(deps: SentenceDeps, answer: Answer, name: string): Promise<Failure | undefined> {
  const { end, status, body, problem } = answer;
  if (end === 'stopped') return { kind: 'too slow', problem: `no end after ${deps.timings.sentence / 1000} s` };
  if (end === 'cut') {
    await checkAlive(deps, name, problem);
    const isBroken = status === 200 && body.length === 0;
    return isBroken
      ? { kind: 'cut before the first sound', problem: 'an answer that was cut before the first sound' }
      : { kind: 'other', problem: `an answer that was cut after ${body.length} bytes` };
  }
  if (status === 504) return { kind: 'too slow', problem: 'HTTP 504' };
  return status === null || status >= 400 ? { kind: 'other', problem: `HTTP ${status}` } : undefined;
}

/** The error after all tries have failed. */
function giveUp(failures: readonly Failure[], job: SentenceJob, withRecording: boolean): AppError {
  const all = (kind: Failure['kind']): boolean => failures.every((failure) => failure.kind === kind);
  const what = `${job.name}, ${excerpt(job.text)}`;
  if (all('too slow')) return new AppError('cosyvoice_stalled', what, { logged: job.name });
  if (all('cut before the first sound') && withRecording && !job.recordingsWork)
    return new AppError('cosyvoice_prompt_broken');
  const sum = (problems: readonly string[]): string =>
    `requested ${failures.length} times; received ${[...new Set(problems)].join('; then ')}`;
  const told = failures.map(({ problem, words }) => (words === undefined ? problem : `${problem}: ${words}`));
  return new AppError('cosyvoice_sentence_failed', `${what}: ${sum(told)}`, {
    logged: `${job.name}: ${sum(failures.map(({ problem }) => problem))}`,
  });
}

/**
 * Requests one sentence once. @returns the sound, or the problem with the answer.
 * @throws {AppError} of the catalogue if another try cannot help; the signal's reason when aborted, unless the sentence
 * is complete.
 */
export async function tryOnce(
  deps: SentenceDeps,
  job: SentenceJob,
  attempt: number,
  control: SentenceControl,
): Promise<Sound | Failure> {
  const { signal } = control;
  signal.throwIfAborted();
  const request = job.request(attempt);
  const answer = await askOnce(deps, request, control);
  if (signal.aborted && answer.end === 'stopped')
    deps.logger.warn(`CosyVoice is still speaking ${job.name}; its card is busy until it has finished`);
  if (signal.aborted && answer.end !== 'clean') throw signal.reason;
  checkPresence(answer, deps.http.shown);
  const refusal = answer.end === 'clean' ? refusalOf(answer, request.path) : undefined;
  if (refusal !== undefined) throw refusal;
  const failure = await failureOf(deps, answer, job.name);
  if (failure !== undefined) return failure;
  const decoded = await decodeAnswer(answer, job.sampleRate);
  if ('problem' in decoded) return { kind: 'other', ...decoded };
  const problem = problemOf(decoded, job.text, job.speed);
  return problem === undefined ? decoded : { kind: 'other', problem };
}

/**
 * Requests one sentence, again if the answer cannot be right.
 * @throws {AppError} of the catalogue; the signal's reason when aborted, unless the sentence is complete.
 */
export async function speakSentence(deps: SentenceDeps, job: SentenceJob, control: SentenceControl): Promise<Sound> {
  const failures: Failure[] = [];
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const came = await tryOnce(deps, job, attempt, control);
    if (!('problem' in came)) return came;
    failures.push(came);
    deps.logger.warn(`CosyVoice, ${job.name}, try ${attempt + 1} of ${MOST_TRIES}: ${came.problem}`);
  }
  throw giveUp(failures, job, job.request(0).recording !== null);
}
