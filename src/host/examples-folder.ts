import path from 'node:path';
import { projectRoot } from './project.ts';

/** The folder of the example pipelines, one file each. */
export const examplesFolder = (): string => path.join(projectRoot(), 'examples', 'pipelines');

/** The folder of the samples that a new ASSET_PATH gets. */
export const samplesFolder = (): string => path.join(projectRoot(), 'examples', 'assets');
