import { useState, type CSSProperties } from 'react';
import { flushSync } from 'react-dom';
import { Img } from 'remotion';
import { animationIn, fetchImage, firstPicture } from './animated-image.ts';
import { isSvg, stillSvg } from './still-svg.ts';
import { useDelayed } from './use-delayed.ts';

/** Where the picture is had as one that stands still: the file itself, or a copy that is revoked when it is no longer wanted. */
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

/** A picture that stands still. Of an animated one the first picture is drawn: a browser plays it by the clock on the wall. */
export function StillImage({ url, style, onPicture }: StillImageProps) {
  const [source, setSource] = useState<string | null>(null);
  useDelayed(
    `Looking whether ${url} moves`,
    async (signal) => {
      const still = await stillSource(url, signal);
      signal.addEventListener('abort', () => URL.revokeObjectURL(still));
      // At once, so that the frame is waiting for the picture before it waits for nothing.
      flushSync(() => setSource(still));
    },
    [url],
  );
  return source === null ? null : (
    <Img src={source} style={style} {...(onPicture === undefined ? {} : { onImageFrame: onPicture })} />
  );
}
