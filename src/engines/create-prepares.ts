import { forTaskTypes, TASK_TYPES } from '../contracts/names.ts';
import type { Prepares } from '../prepare/prepare.ts';
import type { FilePlaces, FindFilePlaces } from '../sources/file-places.ts';
import type { PrepareDeps } from './engine.ts';
import type { Engines } from './engines.ts';

/** The validation of the payload of every task type, for submitted tasks and for steps that are about to run. */
export const createPrepares = (engines: Engines, deps: PrepareDeps): Prepares =>
  Object.fromEntries(TASK_TYPES.map((type) => [type, engines[type].prepare(deps)])) as unknown as Prepares;

const none: FindFilePlaces = () => Promise.resolve([]);

/** What finds the files in the payloads of every task type. */
export const createFilePlaces = (engines: Engines, deps: PrepareDeps): FilePlaces =>
  forTaskTypes((type) => engines[type].filePlaces?.(deps) ?? none);
