import { useCallback, type CSSProperties } from 'react';
import { Video } from '@remotion/media';
import { Sequence, useCurrentFrame } from 'remotion';
import type { PictureClip } from '../src/film/film.ts';
import { assetUrl } from './asset-url.ts';
import { Backdrop, useBackdrop } from './backdrop.tsx';
import { Gif } from './gif.tsx';
import { turnStart } from './source-time.ts';
import { StillImage } from './still-image.tsx';

type MediaClip = Extract<PictureClip, { src: string }>;
type ObjectFit = Exclude<MediaClip['fit'], 'contain-blur'>;

const FILL: CSSProperties = { position: 'absolute', display: 'block', width: '100%', height: '100%' };

/** The size of a video, an `<img>` and a canvas. */
function sizeOf(source: CanvasImageSource): [number, number] {
  if (source instanceof HTMLImageElement) return [source.naturalWidth, source.naturalHeight];
  if (source instanceof VideoFrame) return [source.displayWidth, source.displayHeight];
  const { width, height } = source as HTMLCanvasElement | ImageBitmap;
  return [width, height];
}

function Source({
  clip,
  objectFit,
  onPicture,
}: {
  clip: MediaClip;
  objectFit: ObjectFit;
  onPicture: ((source: CanvasImageSource) => void) | undefined;
}) {
  const frame = useCurrentFrame();
  const url = assetUrl(clip.src);
  const style = { ...FILL, objectFit };
  if (clip.kind === 'image') return <StillImage url={url} style={style} onPicture={onPicture} />;
  if (clip.kind === 'gif') return <Gif source={clip} url={url} style={style} onPicture={onPicture} />;
  return (
    <Sequence from={turnStart(clip.loopFrames, frame)} layout="none">
      <Video
        muted
        src={url}
        objectFit={objectFit}
        style={FILL}
        trimBefore={clip.trimBefore}
        playbackRate={clip.playbackRate}
        {...(onPicture === undefined ? {} : { onVideoFrame: onPicture })}
      />
    </Sequence>
  );
}

/** A picture from a file, fitted into the clip's box. */
export function MediaPicture({ clip }: { clip: MediaClip }) {
  const [canvas, paint] = useBackdrop();
  const onPicture = useCallback((source: CanvasImageSource) => paint(source, ...sizeOf(source)), [paint]);
  if (clip.fit !== 'contain-blur') return <Source clip={clip} objectFit={clip.fit} onPicture={undefined} />;
  return (
    <>
      <Backdrop canvas={canvas} />
      <Source clip={clip} objectFit="contain" onPicture={onPicture} />
    </>
  );
}
