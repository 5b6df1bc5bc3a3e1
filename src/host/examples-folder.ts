import path from 'node:path';
import { projectRoot } from './project.ts';

/** The pipelines that come with the project, each a file. */
export const examplesFolder = (): string => path.join(projectRoot(), 'examples', 'pipelines');

/** The music and the voice that the short film of the examples names. */
export const exampleSound = (name: 'calm.wav' | 'luna.mp3'): string =>
  path.join(projectRoot(), 'examples', 'sounds', name);
