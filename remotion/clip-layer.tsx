import { AbsoluteFill, useCurrentFrame } from 'remotion';
import type { PictureClip } from '../src/film/film.ts';
import { boxStyle } from './box-style.ts';
import { MediaPicture } from './media-picture.tsx';
import { motionTransform } from './motion.ts';
import { TextPicture } from './text-picture.tsx';
import { boxWipe, frameStyle } from './transition.ts';

function Content({ clip }: { clip: PictureClip }) {
  if (clip.kind === 'color') return <div style={{ backgroundColor: clip.color }} />;
  if (clip.kind === 'text') return <TextPicture clip={clip} />;
  return <MediaPicture clip={clip} />;
}

/**
 * One clip, in a sequence that starts with the clip: the frame for its transition, its box, and the motion in the box.
 */
export function ClipLayer({ clip }: { clip: PictureClip }) {
  const frame = useCurrentFrame();
  const transform = motionTransform(clip.motion, frame, clip.durationInFrames);
  return (
    <AbsoluteFill style={frameStyle(clip.transition, frame)}>
      <div style={{ ...boxStyle(clip), ...boxWipe(clip.transition, frame) }}>
        <div style={{ position: 'relative', display: 'grid', ...(transform === undefined ? {} : { transform }) }}>
          <Content clip={clip} />
        </div>
      </div>
    </AbsoluteFill>
  );
}
