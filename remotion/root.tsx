import { Composition } from 'remotion';
import { Film, type FilmProps } from './film.tsx';

const EMPTY: FilmProps = {
  timeline: {
    width: 1080,
    height: 1920,
    fps: 30,
    durationInFrames: 1,
    backgroundColor: '#000000',
    clips: [],
    subtitles: [],
    audioSrc: null,
    bgmSrc: null,
    bgmVolume: 0.1,
  },
};

/** The one composition, `film`; its size, rate and length are those of the timeline it is given. */
export function Root() {
  return (
    <Composition
      id="film"
      component={Film}
      defaultProps={EMPTY}
      calculateMetadata={({ props: { timeline } }) => ({
        width: timeline.width,
        height: timeline.height,
        fps: timeline.fps,
        durationInFrames: timeline.durationInFrames,
      })}
    />
  );
}
