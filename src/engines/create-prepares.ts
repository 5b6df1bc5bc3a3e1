import { TASK_TYPES } from '../contracts/names.ts';
import type { Prepares } from '../prepare/prepare.ts';
import type { PrepareDeps } from './engine.ts';
import type { Engines } from './engines.ts';

/** The validation of the payload of every task type, for submitted tasks and for steps that are about to run. */
export const createPrepares = (engines: Engines, deps: PrepareDeps): Prepares =>
  Object.fromEntries(TASK_TYPES.map((type) => [type, engines[type].prepare(deps)])) as unknown as Prepares;
