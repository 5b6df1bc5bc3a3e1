import path from 'node:path';
import { projectRoot } from './project.ts';

/** The folder of the example pipelines, one file each. */
export const examplesFolder = (): string => path.join(projectRoot(), 'examples', 'pipelines');

/** The path of the music or the voice of the `short-film` example. */
export const exampleSound = (name: 'calm.wav' | 'luna.mp3'): string =>
  path.join(projectRoot(), 'examples', 'sounds', name);
