import { forTaskTypes } from '../../src/contracts/names.ts';
import type { Prepares } from '../../src/prepare/prepare.ts';

const prepareNothing = () => Promise.reject(new Error('this test prepares nothing'));

/** For tests that prepare nothing, or only payloads of some task types. */
export const noPrepares: Prepares = forTaskTypes(() => prepareNothing);
