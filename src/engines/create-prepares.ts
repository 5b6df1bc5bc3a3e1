import { TASK_TYPES } from '../contracts/names.ts';
import type { Prepares } from '../prepare/prepare.ts';
import type { PrepareDeps } from './engine.ts';
import type { Engines } from './engines.ts';

/** How the payload of every task type is validated, for tasks that are submitted and for steps that are about to run. */
export const createPrepares = (engines: Engines, deps: PrepareDeps): Prepares =>
  Object.fromEntries(TASK_TYPES.map((type) => [type, engines[type].prepare(deps)])) as unknown as Prepares;
