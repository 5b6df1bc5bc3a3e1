import type { Timeline } from './timeline-types.ts';
import type { Sound } from './film.ts';
import type { Findings } from './findings.ts';
import { mediaKey, type Media, type MediaFacts } from './media.ts';
import { soundFrames } from './own-length.ts';
import { playing } from './picture-clips.ts';
import type { SettledClip } from './settle-clips.ts';

const FADE_OUT_SECONDS = 1.5;
const PLAIN = { trimBefore: 0, playbackRate: 1, loopFrames: null, fadeInFrames: 0, fadeOutFrames: 0, ducking: null };

/** The facts about the narration or the music; null, with a warning, if it is left out. */
function factsOf(src: string | null, field: string, media: Media, findings?: Findings): MediaFacts | null {
  if (src === null) return null;
  const facts = media.get(mediaKey({ src, as: 'audio' }));
  if (facts === undefined) findings?.warn(`${field} is left out: ${src} cannot be used`);
  return facts ?? null;
}

/** The end of the narration; 0 without narration. */
export function narrationEnd({ audioSrc, fps }: Timeline, media: Media): number {
  const facts = factsOf(audioSrc, 'audioSrc', media);
  return facts === null ? 0 : soundFrames(facts.durationSeconds ?? 0, fps);
}

function narration(timeline: Timeline, media: Media, durationInFrames: number, findings: Findings): Sound[] {
  const facts = factsOf(timeline.audioSrc, 'audioSrc', media, findings);
  if (facts === null) return [];
  const lasts = narrationEnd(timeline, media);
  if (lasts > durationInFrames)
    findings.warn(`audioSrc has ${lasts} frames and was cut at the end of the film (frame ${durationInFrames})`);
  const frames = Math.min(lasts, durationInFrames);
  const volume = timeline.audioVolume ?? 1;
  return [{ ...PLAIN, src: facts.src, role: 'speech', from: 0, durationInFrames: frames, volume }];
}

/**
 * Music under the whole film. By default it repeats and fades out over the last second and a half, or less in a short
 * film.
 */
function music(timeline: Timeline, media: Media, durationInFrames: number, findings: Findings): Sound[] {
  const facts = factsOf(timeline.bgmSrc, 'bgmSrc', media, findings);
  if (facts === null) return [];
  const { fps, bgmLoop = true, bgmVolume: volume } = timeline;
  const own = Math.max(1, Math.round((facts.durationSeconds ?? 0) * fps));
  const lasts = bgmLoop ? durationInFrames : Math.min(durationInFrames, own);
  const usual = Math.round(Math.min(FADE_OUT_SECONDS * fps, durationInFrames / 4));
  return [
    {
      ...PLAIN,
      src: facts.src,
      role: 'music',
      from: 0,
      durationInFrames: lasts,
      loopFrames: bgmLoop ? own : null,
      volume,
      fadeInFrames: Math.min(timeline.bgmFadeInFrames ?? 0, lasts),
      fadeOutFrames: Math.min(timeline.bgmFadeOutFrames ?? usual, lasts),
      ducking: timeline.ducking ?? null,
    },
  ];
}

/** The sound of a video or an audio clip. */
function clipSound({ clip, facts, own, from, durationInFrames }: SettledClip): Sound[] {
  if ((clip.kind !== 'video' && clip.kind !== 'audio') || facts === null || !facts.hasAudio) return [];
  const at = playing(clip, own);
  const lasts = at.loopFrames === null ? Math.min(durationInFrames, own ?? durationInFrames) : durationInFrames;
  return [{ ...PLAIN, ...at, src: facts.src, role: 'clip', from, durationInFrames: lasts, volume: clip.volume ?? 1 }];
}

/** All audible sounds; silent ones are left out. */
export function soundsOf(
  timeline: Timeline,
  media: Media,
  film: { clips: readonly SettledClip[]; durationInFrames: number; findings: Findings },
): Sound[] {
  const { clips, durationInFrames, findings } = film;
  return [
    ...narration(timeline, media, durationInFrames, findings),
    ...music(timeline, media, durationInFrames, findings),
    ...clips.flatMap(clipSound),
  ].filter(({ volume }) => volume > 0);
}
