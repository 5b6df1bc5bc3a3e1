import { createHash } from 'node:crypto';
import { access, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseWav, wavHeader } from '../../assets/wav.ts';
import { writeFileDurably } from '../../assets/work-folder.ts';
import type { SpeechRequest } from './http.ts';
import type { Sound } from './sound.ts';

/** Everything under our control that determines how a sentence sounds. */
export interface SentenceKey {
  request: SpeechRequest;
  /** How often the same words occur earlier in the script; each occurrence is spoken separately. */
  occurrence: number;
  /** Sample rate of answers without a header. */
  sampleRate: number;
  /** The factor by which the driver itself changes the pace. */
  tempo: number;
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** A recording of many megabytes is the same for all sentences of a script. */
const RECORDINGS = new WeakMap<Buffer, string>();
function hashOfRecording(data: Buffer): string {
  const hash = RECORDINGS.get(data) ?? sha256(data);
  RECORDINGS.set(data, hash);
  return hash;
}

function nameOf({ request, ...rest }: SentenceKey): string {
  const { method, path: route, fields, recording } = request;
  const entries = Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const reference = recording === null ? null : hashOfRecording(recording.data);
  return sha256(JSON.stringify({ method, route, entries, reference, ...rest })).slice(0, 32);
}

/** The file of a sentence's sound in a task's work folder. */
export const sentenceFile = (workDir: string, key: SentenceKey): string =>
  path.join(workDir, 'sentences', `${nameOf(key)}.wav`);

/** A finished sentence; undefined if it does not exist or is incomplete. */
export async function loadSentence(file: string): Promise<Sound | undefined> {
  const wav = parseWav(await readFile(file).catch(() => Buffer.alloc(0)));
  if (wav === undefined || wav.declaredBytes !== wav.data.length || wav.data.length === 0) return undefined;
  return { samples: wav.data, sampleRate: wav.sampleRate };
}

export const saveSentence = (file: string, { samples, sampleRate }: Sound): Promise<void> =>
  writeFileDurably(file, Buffer.concat([wavHeader(samples.length, sampleRate), samples]));

const noteBeside = (file: string): string => file.replace(/\.wav$/, '.asked');

/** Records for later attempts that this sentence was already requested again. */
export const markRetaken = (file: string): Promise<void> => writeFileDurably(noteBeside(file), '');

export const wasRetaken = (file: string): Promise<boolean> =>
  access(noteBeside(file)).then(
    () => true,
    () => false,
  );

/** Removes that note for a sentence that is spoken again. */
export const forgetRetakes = (file: string): Promise<void> => rm(noteBeside(file), { force: true });
