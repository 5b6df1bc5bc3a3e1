import type { Caller } from '../../src/api/caller.ts';

/** Everybody, where there are no keys. */
export const ANYBODY: Caller = { name: 'test', role: 'admin', limits: { ownGraphs: true } };
