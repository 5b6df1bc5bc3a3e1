import { useState, type CSSProperties } from 'react';
import { flushSync } from 'react-dom';
import { Img } from 'remotion';
import { firstPicture, openAnimated } from './animated-image.ts';
import { useDelayed } from './use-delayed.ts';

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
      const animation = await openAnimated(url, signal);
      const still = animation === null ? url : await firstPicture(animation);
      animation?.close();
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
