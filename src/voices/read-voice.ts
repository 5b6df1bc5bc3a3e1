import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isInside } from '../assets/paths.ts';
import { readSmallFile } from '../host/small-file.ts';
import { fieldErrors } from '../contracts/fields.ts';
import { messageOf } from '../errors.ts';
import { withoutPaths } from '../text/without-paths.ts';
import { fileWithEnding } from './bare-pair.ts';
import { BrokenVoiceError, RECORDING_EXTENSIONS, type Voice, voiceFileSchema, type VoiceFile } from './voice.ts';

export const VOICES_FOLDER = 'voices';

const isRecording = (name: string): boolean =>
  !name.startsWith('.') && RECORDING_EXTENSIONS.some((extension) => name.toLowerCase().endsWith(extension));
const stem = (name: string): string => path.parse(name).name;

/** More text than anybody speaks in half a minute. */
const MOST_TEXT_BYTES = 65_536;

async function readText(root: string, file: string): Promise<string | undefined> {
  const name = path.basename(file);
  try {
    if (!isInside(await realpath(root), await realpath(file)))
      throw new BrokenVoiceError(`${name} is a symbolic link to a place outside ASSET_PATH`);
    return await readSmallFile(file, MOST_TEXT_BYTES);
  } catch (error) {
    if (error instanceof BrokenVoiceError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new BrokenVoiceError(`${name} cannot be read (${withoutPaths(messageOf(error))})`, { cause: error });
  }
}

/** A file without text counts as none. */
async function readWords(root: string, file: string): Promise<string | null> {
  const text = (await readText(root, file))?.replace(/^\uFEFF/, '').trim();
  return text === undefined || text === '' ? null : text;
}

/** @param base the path of the file without its ending, `.txt` in letters of either size */
const readTranscript = async (root: string, base: string): Promise<string | null> =>
  readWords(root, (await fileWithEnding(base, ['.txt'])) ?? `${base}.txt`);

async function readVoiceFile(root: string, folder: string): Promise<VoiceFile> {
  const text = await readText(root, path.join(folder, 'voice.json'));
  if (text === undefined) return {};
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BrokenVoiceError(`voice.json is not JSON (${messageOf(error)})`, { cause: error });
  }
  const parsed = voiceFileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = fieldErrors(parsed.error).map((field) => `${field.path}: ${field.message}`);
  throw new BrokenVoiceError(`voice.json: ${problems.join('; ')}`);
}

function voiceOf(id: string, about: VoiceFile, recording: string | null, transcript: string | null): Voice {
  const { language, instruction, speaker, mode } = about;
  return {
    id,
    recording,
    transcript,
    language: language || null,
    instruction: instruction || null,
    speaker: speaker || null,
    mode: mode ?? 'clone',
  };
}

async function readFolder(root: string, id: string): Promise<Voice> {
  const folder = path.join(root, VOICES_FOLDER, id);
  const about = await readVoiceFile(root, folder);
  const names = (await readdir(folder)).filter(isRecording).toSorted();
  const name = about.recording ?? names.find((one) => stem(one).toLowerCase() === 'reference') ?? names[0];
  if (name === undefined && !about.speaker)
    throw new BrokenVoiceError('it has no recording (wav, flac or mp3), and voice.json names no speaker');
  const transcript =
    about.transcript ||
    (name === undefined ? null : await readTranscript(root, path.join(folder, stem(name)))) ||
    (await readTranscript(root, path.join(folder, 'transcript')));
  return voiceOf(id, about, name === undefined ? null : `${VOICES_FOLDER}/${id}/${name}`, transcript);
}

/**
 * One voice under ASSET_PATH: the folder `voices/<id>/`, or the bare pair `voices/<id>.wav` and `voices/<id>.txt`.
 * Undefined when there is neither. `id` must be a voice id.
 * @throws {BrokenVoiceError}
 */
export async function readVoice(root: string, id: string): Promise<Voice | undefined> {
  const base = path.join(root, VOICES_FOLDER, id);
  if ((await stat(base).catch(() => undefined))?.isDirectory()) return readFolder(root, id);
  const recording = await fileWithEnding(base, RECORDING_EXTENSIONS);
  if (recording === undefined) return undefined;
  return voiceOf(id, {}, `${VOICES_FOLDER}/${path.basename(recording)}`, await readTranscript(root, base));
}

/** The ids of all voices, usable or not, in the order of the alphabet. */
export async function voiceIds(root: string): Promise<string[]> {
  const entries = await readdir(path.join(root, VOICES_FOLDER), { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter(({ name }) => !name.startsWith('.'))
    .flatMap((entry) => {
      // A link may lead to either; this is known when it is read.
      if (!entry.isDirectory() && isRecording(entry.name)) return [stem(entry.name)];
      return entry.isFile() ? [] : [entry.name];
    });
  return [...new Set(names)].toSorted();
}
