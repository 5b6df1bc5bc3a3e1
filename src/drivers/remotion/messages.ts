import type { Timeline } from '../../contracts/timeline.ts';

/** What the child is told once, at its start. */
export interface RenderOrder {
  /** Folder of the bundled composition. */
  bundle: string;
  timeline: Timeline;
  /** Absolute; ends in .mp4. */
  outputFile: string;
  browserExecutable: string;
  concurrency: number;
  licenseKey: string | undefined;
}

export interface RenderProgress {
  renderedFrames: number;
  totalFrames: number;
  stage: 'starting' | 'rendering' | 'encoding';
}

/** What the child says. Progress only when it has moved, so that its absence means something. */
export type ChildMessage =
  | ({ type: 'progress'; encodedFrames: number } & RenderProgress)
  | { type: 'log'; line: string }
  | { type: 'done' }
  | { type: 'failed'; message: string; stack: string };
