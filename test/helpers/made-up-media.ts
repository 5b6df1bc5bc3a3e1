import type { Timeline } from '../../src/contracts/timeline.ts';
import { mediaKey, type Media, type MediaFacts } from '../../src/film/media.ts';
import { mediaUses } from '../../src/film/media-uses.ts';

/**
 * Facts of all files that a timeline names: two seconds long with sound, unless `more` says otherwise by path; null: it
 * is away.
 */
export function madeUpMedia(timeline: Timeline, more: Record<string, Partial<MediaFacts> | null> = {}): Media {
  return new Map(
    mediaUses(timeline)
      .filter(({ src }) => more[src] !== null)
      .map((use) => [
        mediaKey(use),
        {
          src: use.src,
          content: `content of ${use.src}`,
          width: use.as === 'audio' ? 0 : 64,
          height: use.as === 'audio' ? 0 : 48,
          durationSeconds: use.as === 'image' ? null : 2,
          hasAudio: use.as === 'audio' || use.as === 'video',
          transparent: false,
          ...more[use.src],
        },
      ]),
  );
}
