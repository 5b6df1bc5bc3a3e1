import type { CSSProperties } from 'react';
import { Video } from '@remotion/media';
import { Img, useCurrentFrame } from 'remotion';
import type { Clip } from '../src/contracts/timeline.ts';
import { assetUrl } from './asset-url.ts';
import { Sound } from './sound.tsx';
import { zoomAt } from './zoom.ts';

const WHOLE_FRAME: CSSProperties = {
  position: 'absolute',
  top: 0,
  left: 0,
  width: '100%',
  height: '100%',
  overflow: 'hidden',
};

/** The clip's box: all of the frame unless `style` says otherwise, in which CSS means what it means in CSS. */
function boxStyle(style: Clip['style']): CSSProperties {
  const { scale = 1, ...css } = style;
  return { ...WHOLE_FRAME, ...css, ...(scale === 1 ? {} : { transform: `scale(${scale})` }) };
}

/** One clip, for as long as its sequence lasts. */
export function ClipLayer({ clip }: { clip: Clip }) {
  const frame = useCurrentFrame();
  if (clip.kind === 'audio') return <Sound src={clip.src} volume={clip.volume} />;
  const objectFit = clip.style.objectFit ?? 'cover';
  const zoom = `scale(${zoomAt(clip.motion, frame, clip.durationInFrames)})`;
  const style: CSSProperties = { display: 'block', width: '100%', height: '100%', objectFit, transform: zoom };
  const src = assetUrl(clip.src);
  return (
    <div style={boxStyle(clip.style)}>
      {clip.kind === 'image' ? (
        <Img src={src} style={style} />
      ) : (
        <Video src={src} objectFit={objectFit} style={style} volume={clip.volume} muted={clip.volume === 0} />
      )}
    </div>
  );
}
