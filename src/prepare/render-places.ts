import type { FileUse } from '../assets/file-kind/kind-by-name.ts';
import { MOST_CLIPS } from '../contracts/timeline.ts';
import type { FilePlace, FindFilePlaces } from '../sources/file-places.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of a timeline that are a path, or an object with a path as `src`. */
const FIELDS: Readonly<Record<string, readonly FileUse[]>> = {
  audioSrc: ['audio', 'video'],
  bgmSrc: ['audio', 'video'],
  watermark: ['image'],
};
const IN_CLIPS: readonly FileUse[] = ['image', 'video', 'audio'];
/** UTF-16 is not recognised as text. */
const IN_SUBTITLES: readonly FileUse[] = ['text', 'other'];

const place = (path: readonly PropertyKey[], value: unknown, accepts: readonly FileUse[]): FilePlace[] =>
  typeof value === 'string' ? [{ path: ['timeline', ...path], value, accepts }] : [];

const fieldPlaces = (name: string, value: unknown, accepts: readonly FileUse[]): FilePlace[] =>
  isRecord(value) ? place([name, 'src'], value['src'], accepts) : place([name], value, accepts);

const word = (value: unknown): string => (typeof value === 'string' ? value.trim().toLowerCase() : '');

function clipPlaces(clip: unknown, index: number): FilePlace[] {
  if (!isRecord(clip) || ['text', 'color'].includes(word(clip['type']))) return [];
  const mayBeAway = word(clip['onError']) === 'skip';
  return place(['clips', index, 'src'], clip['src'], IN_CLIPS).map((one) => ({ ...one, mayBeAway }));
}

/**
 * The files of a `remotion_render` payload: clips, sounds, the watermark and the file of the subtitles. Subtitles as a
 * text are the subtitles themselves.
 */
export const renderPlaces: FindFilePlaces = (payload) => {
  const { timeline } = payload as { timeline?: unknown };
  if (!isRecord(timeline)) return Promise.resolve([]);
  const { clips, subtitles } = timeline;
  return Promise.resolve([
    ...(Array.isArray(clips) && clips.length <= MOST_CLIPS ? clips.flatMap(clipPlaces) : []),
    ...Object.entries(FIELDS).flatMap(([name, accepts]) => fieldPlaces(name, timeline[name], accepts)),
    ...(isRecord(subtitles) ? fieldPlaces('subtitles', subtitles, IN_SUBTITLES) : []),
  ]);
};
