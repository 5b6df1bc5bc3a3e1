import { AbsoluteFill, Sequence, useCurrentFrame } from 'remotion';
import type { Picture } from '../src/film/film.ts';
import { ClipLayer } from './clip-layer.tsx';
import { loadFonts } from './fonts.ts';
import { Subtitles } from './subtitles.tsx';
import { useDelayed } from './use-delayed.ts';
import { clipShows, visible } from './visible.ts';
import { WatermarkLayer } from './watermark-layer.tsx';

/** The input props from the renderer. */
export type FilmProps = { picture: Picture };

/**
 * The picture of a film: background, clips from the bottom up, subtitles above them, and the watermark. It makes no
 * sound.
 */
export function Film({ picture }: FilmProps) {
  const frame = useCurrentFrame();
  useDelayed('Loading the fonts', () => loadFonts(picture), [picture]);
  return (
    <AbsoluteFill style={{ backgroundColor: picture.backgroundColor, overflow: 'hidden' }}>
      {visible(picture.clips, clipShows, frame).map(({ item: clip, index }) => (
        <Sequence key={index} from={clip.from} durationInFrames={clip.durationInFrames + clip.holdFrames} layout="none">
          <ClipLayer clip={clip} />
        </Sequence>
      ))}
      <Subtitles lines={picture.subtitles} style={picture.subtitleStyle} />
      {picture.watermark !== null && <WatermarkLayer watermark={picture.watermark} />}
    </AbsoluteFill>
  );
}
