import { Composition } from 'remotion';
import { Film, type FilmProps } from './film.tsx';

const EMPTY: FilmProps = {
  picture: {
    width: 1080,
    height: 1920,
    fps: 30,
    durationInFrames: 1,
    backgroundColor: '#000000',
    clips: [],
    subtitles: [],
    subtitleStyle: {
      style: 'plain',
      position: 'bottom',
      marginX: 76,
      marginY: 150,
      fontSize: null,
      color: '#ffffff',
      highlightColor: '#ffd83d',
      strokeColor: '#000000',
      strokeWidth: null,
      boxColor: 'rgb(0 0 0 / 60%)',
    },
    watermark: null,
  },
};

/** The only composition, `film`. Its size, rate and length come from the picture in its props. */
export function Root() {
  return (
    <Composition
      id="film"
      component={Film}
      defaultProps={EMPTY}
      calculateMetadata={({ props: { picture } }) => ({
        width: picture.width,
        height: picture.height,
        fps: picture.fps,
        durationInFrames: picture.durationInFrames,
      })}
    />
  );
}
