import { copyFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, removeFolder, writeFileDurably } from '../assets/work-folder.ts';
import { AppError, type FieldError } from '../errors.ts';
import { syncPath } from '../host/durable-file.ts';
import { removePair } from './bare-pair.ts';
import { checkRecording, SHORTEST_RECORDING_SECONDS } from './check-recording.ts';
import { readVoice, VOICES_FOLDER } from './read-voice.ts';
import { formerFolder, incomingFolder } from './tidy-voices.ts';
import { isVoiceId, RECORDING_EXTENSIONS, VOICE_ID_EXPECTED, type Voice, type VoiceFile } from './voice.ts';

/** A voice as it arrives. */
export interface NewVoice extends Omit<Voice, 'recording'> {
  /** Null for a voice that is only a speaker built into a model of version 1. */
  recording: { file: string; name: string } | null;
  /** Whether it may take the place of a voice of the same name. */
  replace: boolean;
}

const extensionOf = (name: string): string => path.extname(name).toLowerCase();

async function problemsOf({ id, recording, transcript, speaker, mode }: NewVoice): Promise<FieldError[]> {
  const errors: FieldError[] = [];
  const problem = (field: string, message: string): void => void errors.push({ path: field, message });
  if (!isVoiceId(id)) problem('voice_id', VOICE_ID_EXPECTED);
  // `luna.wav` is a file of the voice `luna`.
  else if ([...RECORDING_EXTENSIONS, '.txt'].includes(extensionOf(id)))
    problem('voice_id', `expected the name of a voice, not of a file; remove ${extensionOf(id)}`);
  if (recording === null && speaker === null)
    problem('recording', 'expected a file with 5 to 10 s of clean speech (wav, flac or mp3)');
  if (recording !== null) {
    const extension = extensionOf(recording.name);
    const { problems } = await checkRecording(recording.file, SHORTEST_RECORDING_SECONDS, extension);
    for (const message of problems) problem('recording', message);
    if (transcript === null && mode === 'clone')
      problem('transcript', 'expected the exact words of the recording, or mode=instruct');
  }
  return errors;
}

/** Copies rather than moves: the upload may lie on another file system. */
async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await syncPath(to);
}

/** Error codes that mean that a file or a folder with content is in the way. */
const TAKEN = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR']);
const MOST_TRIES = 10;

/**
 * Puts a complete folder in the place of the voice's former files.
 * @throws {AppError} `voice_exists` unless it may do that
 */
async function moveIn(root: string, folder: string, { id, replace }: Pick<NewVoice, 'id' | 'replace'>): Promise<void> {
  const base = path.join(root, VOICES_FOLDER, id);
  for (let tries = 1; ; tries++) {
    const former = formerFolder(root, id);
    if (replace)
      await rename(base, former).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    try {
      await rename(folder, base);
      return;
    } catch (error) {
      // Another server adds the same voice at this moment.
      if (!TAKEN.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      if (!replace || tries === MOST_TRIES) throw new AppError('voice_exists', id);
    } finally {
      await removeFolder(former);
    }
  }
}

/**
 * Makes `voices/<id>/` from a recording in a temporary file. Readers find either the complete voice or nothing.
 * @throws {AppError} `invalid_request` with every bad field, `voice_exists`.
 */
export async function addVoice(root: string, voice: NewVoice): Promise<void> {
  const errors = await problemsOf(voice);
  if (errors.length > 0)
    throw new AppError('invalid_request', errors.map((error) => `${error.path}: ${error.message}`).join('; '), {
      fields: errors,
    });
  const { id, recording, transcript, language, instruction, speaker, mode } = voice;
  const base = path.join(root, VOICES_FOLDER, id);
  const isThere = async (): Promise<boolean> =>
    (await stat(base).catch(() => undefined)) !== undefined || (await readVoice(root, id)) !== undefined;
  if (!voice.replace && (await isThere())) throw new AppError('voice_exists', id);

  const incoming = incomingFolder(root);
  await makeFolder(incoming, 2);
  try {
    const about: VoiceFile = {
      mode,
      ...(language !== null && { language }),
      ...(instruction !== null && { instruction }),
      ...(speaker !== null && { speaker }),
    };
    await writeFileDurably(path.join(incoming, 'voice.json'), `${JSON.stringify(about, null, 2)}\n`);
    if (transcript !== null) await writeFileDurably(path.join(incoming, 'reference.txt'), `${transcript}\n`);
    if (recording !== null)
      await copyDurably(recording.file, path.join(incoming, `reference${extensionOf(recording.name)}`));
    await moveIn(root, incoming, voice);
    await removePair(base);
  } finally {
    await removeFolder(incoming);
  }
}
