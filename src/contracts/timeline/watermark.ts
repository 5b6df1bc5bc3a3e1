import { z } from 'zod';
import { choice, isAbsent, optional } from '../fields.ts';
import { isJsonText } from '../text-instead.ts';
import { given } from './clip-look.ts';
import type { Reader } from './notes.ts';
import type { WatermarkInput } from '../../film/timeline-types.ts';
import { assetPath, between, FILE, share } from './values.ts';

export const watermarkSchema = z.object(
  {
    src: optional(assetPath),
    position: optional(choice(['top-left', 'top-right', 'bottom-left', 'bottom-right', 'center'])),
    width: optional(between(1, 7680)),
    margin: optional(between(0, 7680)),
    opacity: optional(share),
  },
  'expected the path of a picture under ASSET_PATH, or {src, position, width, margin, opacity}',
);

/** `watermark`: the path of a picture, or an object with more settings. */
export function readWatermark(reader: Reader, value: unknown): WatermarkInput | undefined {
  if (isAbsent(value)) return undefined;
  const path = ['watermark'];
  const received = reader.read(
    watermarkSchema,
    typeof value === 'string' && !isJsonText(value) ? { src: value } : value,
    path,
  );
  if (received === undefined) return undefined;
  if (received.src === undefined) reader.missing(value, 'src', path, FILE);
  return { ...given(received), src: received.src ?? '' };
}
