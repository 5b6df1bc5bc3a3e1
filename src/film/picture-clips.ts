import type { FileClip, TextClip } from './timeline-types.ts';
import type { Language, PictureClip, TextStyle } from './film.ts';
import type { Findings } from './findings.ts';
import { clipOutOfSight, OUTSIDE, TOO_MUCH_TEXT } from './out-of-sight.ts';
import { holds, paintOrder, transitionFrames } from './paint-order.ts';
import type { SettledClip } from './settle-clips.ts';

/** Type size as a share of the frame's shorter side. */
const TYPE_SIZE = 0.06;

interface Frame {
  width: number;
  height: number;
}

const textStyleOf = (given: TextClip['textStyle'], frame: Frame, language: Language | null): TextStyle => ({
  fontSize: given?.fontSize ?? Math.max(4, Math.round(TYPE_SIZE * Math.min(frame.width, frame.height))),
  color: given?.color ?? '#ffffff',
  backgroundColor: given?.backgroundColor ?? null,
  strokeColor: given?.strokeColor ?? '#000000',
  strokeWidth: given?.strokeWidth ?? 0,
  align: given?.align ?? 'center',
  language,
});

/** Whether a clip's file repeats; GIFs do by default. */
const repeats = ({ kind, loop }: FileClip): boolean => loop ?? kind === 'gif';

/** The part of its source that a clip plays, and its speed. */
export const playing = (clip: FileClip, own: number | null) => ({
  trimBefore: clip.trimBefore ?? 0,
  playbackRate: clip.playbackRate ?? 1,
  loopFrames: repeats(clip) ? own : null,
});

type Content<T = PictureClip> = T extends PictureClip
  ? Omit<T, 'from' | 'durationInFrames' | 'holdFrames' | 'style' | 'motion' | 'transition'>
  : never;

function contentOf({ clip, facts, own }: SettledClip, frame: Frame, language: Language | null): Content {
  if (clip.kind === 'color') return { kind: 'color', color: clip.color };
  if (clip.kind === 'text')
    return {
      kind: 'text',
      text: clip.text,
      textStyle: textStyleOf(clip.textStyle, frame, language),
    };
  const source = { src: facts?.src ?? clip.src, fit: clip.fit ?? 'cover' };
  if (clip.kind === 'gif') return { kind: 'gif', ...source, ...playing(clip, own) };
  if (clip.kind === 'video')
    return { kind: 'video', ...source, ...playing(clip, own), transparent: facts?.transparent ?? false };
  return { kind: 'image', ...source };
}

/**
 * The clips of the picture in the order of painting.
 * @param languageOf the language of a clip's text
 */
export function pictureClips(
  clips: readonly SettledClip[],
  frame: Frame,
  { languageOf, findings }: { languageOf: (clip: SettledClip) => Language | null; findings: Findings },
): PictureClip[] {
  const painted = paintOrder(clips);
  const held = holds(painted);
  const shortened = painted.filter((one) => transitionFrames(one) < (one.clip.transition?.durationInFrames ?? 0));
  findings.warnOfAll(
    shortened.map(({ field }) => `${field}.transition`),
    'had to be shortened to the length of the clip',
  );
  const pictures = painted.map((settled, index): PictureClip => {
    const { clip, from, durationInFrames } = settled;
    const { transition } = clip;
    return {
      ...contentOf(settled, frame, languageOf(settled)),
      from,
      durationInFrames,
      holdFrames: held[index] ?? 0,
      style: clip.style ?? {},
      motion: clip.motion ?? null,
      transition: transition === undefined ? null : { ...transition, durationInFrames: transitionFrames(settled) },
    };
  });
  const unseen = pictures.map((clip, index) => ({
    field: painted[index]?.field ?? '',
    why: clipOutOfSight(clip, frame),
  }));
  const places = unseen.flatMap(({ field, why }) => (why === 'place' ? [`${field}.style`] : []));
  const texts = unseen.flatMap(({ field, why }) => (why === 'text' ? [field] : []));
  findings.warnOfAll(places, OUTSIDE);
  findings.warnOfAll(texts, TOO_MUCH_TEXT);
  return pictures;
}
