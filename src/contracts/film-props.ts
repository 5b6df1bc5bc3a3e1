import type { Timeline } from './timeline.ts';

/** What the composition is given as input props. */
export type FilmProps = {
  timeline: Timeline;
  /** Those of the timeline's sources whose sound has one channel: `@remotion/media` plays them too loud. */
  monoSources: string[];
};
