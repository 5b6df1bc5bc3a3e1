import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AssetPathError, type AssetFolder, assetRoot, existingAsset } from '../assets/paths.ts';
import { AppError } from '../errors.ts';
import { addVoice, type NewVoice } from './add-voice.ts';
import { removePair } from './bare-pair.ts';
import type { RecordingCheck } from './check-recording.ts';
import { createRecordingChecks } from './checked-recordings.ts';
import { readVoice, voiceIds, VOICES_FOLDER } from './read-voice.ts';
import { isReplacing, leavingFolder, tidyVoices } from './tidy-voices.ts';
import { BrokenVoiceError, isVoiceId, type Voice } from './voice.ts';

/** A voice with the facts about its recording; `check` is null for a voice without one. */
export interface ListedVoice extends Voice {
  check: RecordingCheck | null;
}

export interface VoiceList {
  voices: ListedVoice[];
  /** Voices that cannot be used, each with the reason. */
  broken: { id: string; problem: string }[];
}

/** The voices under `ASSET_PATH/voices`. They are files, so a voice that an operator puts there works at once. */
export interface VoiceLibrary {
  list(): Promise<VoiceList>;
  /** Undefined if no voice has this name. @throws {BrokenVoiceError} if the voice or its recording cannot be used. */
  find(id: string): Promise<ListedVoice | undefined>;
  ids(): Promise<string[]>;
  /** Adds a voice whose recording waits in a temporary file. @throws AppError `invalid_request`, `voice_exists` */
  add(voice: NewVoice): Promise<ListedVoice>;
  /** Whether there was one. */
  remove(id: string): Promise<boolean>;
  /** Checks a recording that is no voice's, by its path relative to ASSET_PATH. @throws {AssetPathError} */
  check(recording: string): Promise<RecordingCheck>;
}

/** How often a voice is read again while it is being replaced, and the pause between. */
const MOST_TRIES = 10;
const PAUSE_MS = 20;

const isFolder = async (place: string): Promise<boolean> =>
  (await stat(place).catch(() => undefined))?.isDirectory() === true;

/** @param clock ms since 1970 */
export function createVoiceLibrary(assets: AssetFolder, clock: () => number = Date.now): VoiceLibrary {
  const { root } = assets;
  const listen = createRecordingChecks();
  const check = async (recording: string): Promise<RecordingCheck> =>
    listen((await existingAsset(assets, recording)).absolute);

  async function ids(): Promise<string[]> {
    await assetRoot(assets);
    await tidyVoices(root, clock());
    return voiceIds(root);
  }

  /** One change at a time: two of the same voice would be in each other's way. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = last.then(change);
    last = turn.catch(() => undefined);
    return turn;
  }

  async function removeVoice(id: string): Promise<boolean> {
    const base = path.join(root, VOICES_FOLDER, id);
    let found = false;
    if (await isFolder(base)) {
      const leaving = leavingFolder(root);
      // One rename: a task that looks for the voice at this moment finds all of it or nothing.
      found = await rename(base, leaving).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error;
          return false;
        },
      );
      await rm(leaving, { recursive: true, force: true });
    }
    return (await removePair(base)) || found;
  }

  async function findOnce(id: string): Promise<ListedVoice | undefined> {
    const voice = isVoiceId(id) ? await readVoice(root, id) : undefined;
    if (voice === undefined) return undefined;
    if (voice.recording === null) return { ...voice, check: null };
    const checked = await check(voice.recording).catch((error: unknown) => {
      throw error instanceof AssetPathError ? new BrokenVoiceError(`${voice.recording}: ${error.message}`) : error;
    });
    if (checked.problems.length > 0)
      throw new BrokenVoiceError(`problem with its recording: ${checked.problems.join('; ')}`);
    return { ...voice, check: checked };
  }

  /** Changes when another voice takes the place of this one. */
  const stateOf = async (id: string): Promise<string> => {
    const info = await stat(path.join(root, VOICES_FOLDER, id)).catch(() => undefined);
    return `${info?.ino} ${info?.ctimeMs}`;
  };

  async function find(id: string): Promise<ListedVoice | undefined> {
    await assetRoot(assets);
    for (let tries = 1; ; tries++) {
      const before = await stateOf(id);
      try {
        const found = await findOnce(id);
        if (found !== undefined || tries === MOST_TRIES) return found;
        if (await isReplacing(root, clock())) await setTimeout(PAUSE_MS);
        else if (tries > 1) return undefined;
        // Perhaps it was being replaced when its process was killed.
        else await tidyVoices(root, clock());
      } catch (error) {
        // It was replaced while it was listened to.
        if ((await stateOf(id)) === before || tries === MOST_TRIES) throw error;
      }
    }
  }

  return {
    find,
    check,
    ids,

    async list() {
      const voices: ListedVoice[] = [];
      const broken: VoiceList['broken'] = [];
      for (const id of await ids()) {
        try {
          const voice = await find(id);
          if (voice !== undefined) voices.push(voice);
          else broken.push({ id, problem: 'its name is not a valid name of a voice' });
        } catch (error) {
          if (!(error instanceof BrokenVoiceError)) throw error;
          broken.push({ id, problem: error.message });
        }
      }
      return { voices, broken };
    },

    async add(voice) {
      await assetRoot(assets);
      return inTurn(async () => {
        await tidyVoices(root, clock());
        await addVoice(root, voice);
        const added = await find(voice.id);
        // Another server on the same folder.
        if (added === undefined)
          throw new AppError(
            'not_found',
            `the voice "${voice.id}" was removed by another request right after it was added`,
          );
        return added;
      });
    },

    async remove(id) {
      // Only listed voices: a file system may treat other letters as the same, and `luna.wav` as a voice.
      const known = new Set(await ids());
      const name = [id, id.normalize('NFC')].find((one) => isVoiceId(one) && known.has(one));
      return name !== undefined && inTurn(() => removeVoice(name));
    },
  };
}
