import type { MediaFacts, MediaUse } from '../../../film/media.ts';
import { isAudible } from './conversion.ts';
import type { MediaInspection } from './inspect.ts';

const thousandths = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** The facts about one use of a file that is fit for it. `src` is the file that is drawn or played. */
export function factsOf(as: MediaUse['as'], src: string, inspection: MediaInspection): MediaFacts {
  if (inspection.is === 'bad') throw new Error(`${src} is not fit for use`);
  const { content } = inspection;
  const still = { src, content, width: 0, height: 0, durationSeconds: null, hasAudio: false, transparent: false };
  if (inspection.is === 'picture') {
    const { durationSeconds } = inspection.picture;
    return { ...still, ...inspection.picture, durationSeconds: durationSeconds && thousandths(durationSeconds) };
  }
  const { video, audio } = inspection.info;
  const hasAudio = audio !== null && isAudible(audio.codec);
  if (as === 'audio' || video === null)
    return { ...still, hasAudio, durationSeconds: thousandths(inspection.audioSeconds) };
  return {
    ...still,
    hasAudio,
    width: video.shownWidth,
    height: video.shownHeight,
    durationSeconds: thousandths(inspection.videoSeconds),
    transparent: video.transparent,
  };
}
