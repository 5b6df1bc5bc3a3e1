import type { Watermark } from '../src/film/film.ts';
import { assetUrl } from './asset-url.ts';
import { StillImage } from './still-image.tsx';
import { watermarkStyle } from './watermark-style.ts';

/** A picture above everything, over the whole film. */
export const WatermarkLayer = ({ watermark }: { watermark: Watermark }) => (
  <StillImage url={assetUrl(watermark.src)} style={watermarkStyle(watermark)} />
);
