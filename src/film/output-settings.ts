import { CODECS } from './codecs.ts';
import type { Timeline } from './timeline-types.ts';
import type { OutputSettings } from './film.ts';

export const formatOf = ({ output }: Pick<Timeline, 'output'>): OutputSettings['format'] => output?.format ?? 'mp4';

/** How the film is encoded, without its poster. */
export function outputSettings(timeline: Pick<Timeline, 'output'>): Omit<OutputSettings, 'poster'> {
  const { codec, crf, preset, scale } = timeline.output ?? {};
  const format = formatOf(timeline);
  return { format, codec: codec ?? CODECS[format][0], crf: crf ?? null, preset: preset ?? null, scale: scale ?? 1 };
}
