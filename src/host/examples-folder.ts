import path from 'node:path';
import { projectRoot } from './project.ts';

/** The pipelines that come with the project, each a file. */
export const examplesFolder = (): string => path.join(projectRoot(), 'examples', 'pipelines');
