import type { Clip, Timeline } from './timeline-types.ts';
import { clipField } from './clip-field.ts';
import type { MediaUse } from './media.ts';

function clipUse(clip: Clip, index: number): MediaUse[] {
  if (clip.src === undefined) return [];
  return [{ field: `${clipField(clip, index)}.src`, src: clip.src, as: clip.kind, skippable: clip.onError === 'skip' }];
}

const use = (field: string, src: string | null | undefined, as: MediaUse['as']): MediaUse[] =>
  src == null ? [] : [{ field, src, as, skippable: false }];

/** Every media file that a timeline names, with its field. Subtitle files are not media. */
export function mediaUses({ clips, audioSrc, bgmSrc, watermark }: Timeline): MediaUse[] {
  return [
    ...clips.flatMap(clipUse),
    ...use('audioSrc', audioSrc, 'audio'),
    ...use('bgmSrc', bgmSrc, 'audio'),
    ...use('watermark.src', watermark?.src, 'image'),
  ];
}
