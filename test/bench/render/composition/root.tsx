import { Composition } from 'remotion';
import { FPS, FRAMES, HEIGHT, WIDTH } from '../script.ts';
import { Film, type Tags } from './film.tsx';

const TAGS: Tags = 'offthread';

/** The same film as a project of Remotion's own would have it, for its command line. */
export const Root = () => (
  <Composition
    id="film"
    component={Film}
    width={WIDTH}
    height={HEIGHT}
    fps={FPS}
    durationInFrames={FRAMES}
    defaultProps={{ tags: TAGS }}
  />
);
