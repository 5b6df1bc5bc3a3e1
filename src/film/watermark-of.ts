import type { Timeline } from './timeline-types.ts';
import type { Watermark } from './film.ts';
import type { Findings } from './findings.ts';
import { mediaKey, type Media } from './media.ts';

/** Shares of the frame's width, and of its shorter side. */
const WIDTH = 0.15;
const MARGIN = 0.03;

export function watermarkOf(
  { watermark, width, height }: Timeline,
  media: Media,
  findings: Findings,
): Watermark | null {
  if (watermark === undefined) return null;
  const facts = media.get(mediaKey({ src: watermark.src, as: 'image' }));
  if (facts === undefined) {
    findings.warn(`watermark is left out: ${watermark.src} cannot be used`);
    return null;
  }
  return {
    src: facts.src,
    position: watermark.position ?? 'top-right',
    width: Math.min(width, watermark.width ?? Math.max(1, Math.round(WIDTH * width))),
    margin: watermark.margin ?? Math.round(MARGIN * Math.min(width, height)),
    opacity: watermark.opacity ?? 1,
  };
}
