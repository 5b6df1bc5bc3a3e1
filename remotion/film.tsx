import { AbsoluteFill, Sequence } from 'remotion';
import type { Timeline } from '../src/contracts/timeline.ts';
import { ClipLayer } from './clip-layer.tsx';
import { bottomFirst } from './layers.ts';
import { Music, Sound } from './sound.tsx';
import { Subtitles } from './subtitles.tsx';

/** What the renderer passes as input props. */
export type FilmProps = { timeline: Timeline };

/** A film: background, clips from the bottom layer up, subtitles above all of them, narration and music. */
export function Film({ timeline }: FilmProps) {
  const { audioSrc, bgmSrc } = timeline;
  return (
    <AbsoluteFill style={{ backgroundColor: timeline.backgroundColor, overflow: 'hidden' }}>
      {bottomFirst(timeline.clips).map((clip, index) => (
        <Sequence key={index} from={clip.startFrame} durationInFrames={clip.durationInFrames} layout="none">
          <ClipLayer clip={clip} />
        </Sequence>
      ))}
      {timeline.subtitles.length > 0 && <Subtitles lines={timeline.subtitles} />}
      {audioSrc !== null && <Sound src={audioSrc} volume={1} />}
      {bgmSrc !== null && <Music src={bgmSrc} volume={timeline.bgmVolume} />}
    </AbsoluteFill>
  );
}
