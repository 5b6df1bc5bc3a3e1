import { useState, type CSSProperties } from 'react';
import { flushSync } from 'react-dom';
import { Img } from 'remotion';
import { animationIn, fetchImage, firstPicture } from './animated-image.ts';
import { isSvg, stillSvg } from './still-svg.ts';
import { useDelayed } from './use-delayed.ts';

/** The URL of the picture as a still: the file itself, or a copy, which is revoked when it is no longer needed. */
async function stillSource(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetchImage(url, signal);
  if (isSvg(response)) return stillSvg(await response.text()) ?? url;
  const animation = await animationIn(response, url, signal);
  if (animation === null) return url;
  const picture = await firstPicture(animation);
  animation.close();
  return picture;
}

interface StillImageProps {
  url: string;
  style: CSSProperties;
  onPicture?: ((image: HTMLImageElement) => void) | undefined;
}

/** A still picture. Only the first picture of an animation is drawn, because a browser plays it by wall-clock time. */
export function StillImage({ url, style, onPicture }: StillImageProps) {
  const [source, setSource] = useState<string | null>(null);
  useDelayed(
    `Looking whether ${url} moves`,
    async (signal) => {
      const still = await stillSource(url, signal);
      signal.addEventListener('abort', () => URL.revokeObjectURL(still));
      // Synchronously, so that the frame waits for the picture before its present wait ends.
      flushSync(() => setSource(still));
    },
    [url],
  );
  return source === null ? null : (
    <Img src={source} style={style} {...(onPicture === undefined ? {} : { onImageFrame: onPicture })} />
  );
}
