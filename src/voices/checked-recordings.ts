import { stat } from 'node:fs/promises';
import { checkRecording, type RecordingCheck } from './check-recording.ts';

/** A shorter recording is too short to learn a voice from. */
const SHORTEST_USABLE_SECONDS = 0.5;
const MOST_REMEMBERED = 1000;

/** {@link checkRecording} by the requirements of CosyVoice's server; each state of a file is checked once. */
export function createRecordingChecks(): (file: string) => Promise<RecordingCheck> {
  const remembered = new Map<string, Promise<RecordingCheck>>();
  return async (file) => {
    const { dev, ino, size, mtimeMs } = await stat(file);
    const key = [file, dev, ino, size, mtimeMs].join(' ');
    const known = remembered.get(key);
    if (known !== undefined) return known;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    const check = checkRecording(file, SHORTEST_USABLE_SECONDS);
    remembered.set(key, check);
    check.catch(() => remembered.delete(key));
    return check;
  };
}
