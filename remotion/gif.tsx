import { useRef, useState, type CSSProperties } from 'react';
import { flushSync } from 'react-dom';
import { useCurrentFrame, useVideoConfig } from 'remotion';
import { openAnimated, paintPicture, pictureDurations } from './animated-image.ts';
import { pictureAt, sourceSeconds, type MovingClip } from './source-time.ts';
import { StillImage } from './still-image.tsx';
import { useDelayed } from './use-delayed.ts';

interface GifProps {
  source: MovingClip;
  url: string;
  style: CSSProperties;
  onPicture?: ((source: HTMLCanvasElement | HTMLImageElement) => void) | undefined;
}

type Opened = { decoder: ImageDecoder; durations: number[] };

/** An animated picture, frame by frame: each frame of the film shows the picture at its time. */
export function Gif({ source, url, style, onPicture }: GifProps) {
  const frame = useCurrentFrame();
  const { fps } = useVideoConfig();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [opened, setOpened] = useState<Opened | 'still' | null>(null);
  useDelayed(
    `Opening ${url}`,
    async (signal) => {
      const decoder = await openAnimated(url, signal);
      signal.addEventListener('abort', () => decoder?.close());
      const found = decoder === null ? 'still' : { decoder, durations: await pictureDurations(decoder) };
      // Synchronously, so that the frame waits for the picture before its present wait ends.
      flushSync(() => setOpened(found));
    },
    [url],
  );
  useDelayed(
    `Drawing frame ${frame} of ${url}`,
    async () => {
      if (opened === null || opened === 'still' || canvas.current === null) return;
      const index = pictureAt(opened.durations, sourceSeconds(source, frame, fps));
      await paintPicture(opened.decoder, index, canvas.current);
      onPicture?.(canvas.current);
    },
    [opened, source, frame, fps, url, onPicture],
  );
  if (opened === 'still') return <StillImage url={url} style={style} onPicture={onPicture} />;
  return <canvas ref={canvas} style={style} />;
}
