import { useCallback, useRef, type CSSProperties, type RefObject } from 'react';

/**
 * The longer side of the small copy in pixels. A blurred picture needs no more, and a blur of the whole frame costs 50
 * times as much.
 */
const SIZE = 160;
const BLUR = 4;
/** The margin beyond the edges, where the blur would otherwise mix in transparency. */
const BLEED = 3 * BLUR;
/** Darker than the picture in front of it. */
const BRIGHTNESS = 0.7;

const STYLE: CSSProperties = { position: 'absolute', inset: 0, width: '100%', height: '100%', objectFit: 'cover' };

function paint(canvas: HTMLCanvasElement | null, source: CanvasImageSource, width: number, height: number): void {
  const context = canvas?.getContext('2d');
  if (!canvas || !context || width === 0 || height === 0) return;
  const scale = SIZE / Math.max(width, height);
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  context.imageSmoothingQuality = 'high';
  context.filter = `blur(${BLUR}px) brightness(${BRIGHTNESS})`;
  context.drawImage(source, -BLEED, -BLEED, canvas.width + 2 * BLEED, canvas.height + 2 * BLEED);
}

type PaintBackdrop = (source: CanvasImageSource, width: number, height: number) => void;

/** A canvas for {@link Backdrop} and the function that paints a picture on it. */
export function useBackdrop(): [RefObject<HTMLCanvasElement | null>, PaintBackdrop] {
  const canvas = useRef<HTMLCanvasElement>(null);
  return [canvas, useCallback((source, width, height) => paint(canvas.current, source, width, height), [])];
}

/** A blurred copy of a picture that covers the clip's box, behind the picture itself. */
export const Backdrop = ({ canvas }: { canvas: RefObject<HTMLCanvasElement | null> }) => (
  <canvas ref={canvas} style={STYLE} />
);
