import type { Clip, FileClip, Timeline } from './timeline-types.ts';
import { contradiction, type Findings } from './findings.ts';
import { clipField } from './clip-field.ts';
import { isMoving } from './clip-slots.ts';
import { MOST_FRAMES, TOO_LONG } from './longest-film.ts';
import { mediaKey, type Media, type MediaFacts } from './media.ts';
import { ownLength } from './own-length.ts';
import { placeInFilm } from './place-in-film.ts';

/** A clip with its place in the film. */
export interface SettledClip<T extends Clip = Clip> {
  clip: T;
  /** Such as `clips[3]`. */
  field: string;
  from: number;
  durationInFrames: number;
  /** The facts about its file; null if it has no file. */
  facts: MediaFacts | null;
  /** The number of frames of the film that its file lasts; null for a still clip. */
  own: number | null;
}

const factsOf = (clip: Clip, media: Media): MediaFacts | null | undefined =>
  clip.src === undefined ? null : media.get(mediaKey({ src: clip.src, as: clip.kind }));

/**
 * The clips of a film in the given order, and the length of the film. Clips that do not fit into the film are cut or
 * left out, with a warning.
 */
export function settleClips(
  timeline: Timeline,
  media: Media,
  { othersEnd, findings }: { othersEnd: number; findings: Findings },
): { clips: SettledClip[]; durationInFrames: number } {
  const { clips, fps } = timeline;
  const facts = clips.map((clip) => factsOf(clip, media));
  const lengths = clips.map((clip, index) => {
    const found = facts[index];
    if (found === undefined) return 0;
    return clip.src !== undefined && found !== null && isMoving(clip)
      ? ownLength(clip, found, { fps, field: clipField(clip, index), findings })
      : null;
  });
  const length = timeline.durationInFrames === 'auto' ? undefined : timeline.durationInFrames;
  const own = (_: FileClip, index: number): number | null => lengths[index] ?? null;
  const { places, end } = placeInFilm({ clips, fps, own, length, tail: timeline.tailFrames ?? 0, othersEnd });
  if (typeof end !== 'number')
    throw contradiction('durationInFrames', 'expected the length of the film, because no part of it has a length');

  if (end > MOST_FRAMES) throw contradiction('durationInFrames', `${TOO_LONG}, but the parts of the film last longer`);

  const cut: string[] = [];
  const late: string[] = [];
  const settled = clips.flatMap((clip, index): SettledClip[] => {
    const { start: from = 0, length: lasts = 0 } = places[index] ?? {};
    const [field, found] = [clipField(clip, index), facts[index]];
    // For a file that was left out, the reason was reported when the file was examined.
    if (found !== undefined && from >= end) late.push(field);
    if (found === undefined || from >= end || lasts === 0) return [];
    if (from + lasts > end) cut.push(field);
    const durationInFrames = Math.min(lasts, end - from);
    return [{ clip, field, from, durationInFrames, facts: found, own: lengths[index] ?? null }];
  });
  findings.warnOfAll(late, `had to be left out, because the film ends earlier (frame ${end})`);
  findings.warnOfAll(cut, `had to be cut at the end of the film (frame ${end})`);
  return { clips: settled, durationInFrames: end };
}
