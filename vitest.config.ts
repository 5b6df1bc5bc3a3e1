import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/helpers/longest-first.ts';

/**
 * Lanes of both projects, on two cores. Most files wait more than they compute: for a simulator, for a dead worker to be
 * noticed, for an engine to come back. Each lane of `e2e` has servers of its own.
 */
const LANES = 4;
// The second that Vitest allows is too short beside other programs. Whatever waits goes on as soon as it may.
const POLL = { poll: { timeout: 20_000 } };

/**
 * Two projects: `unit` needs nothing but Node, `e2e` runs the real Temporal, Redis and Chromium through the project's own set-up code.
 * Both mirror `src`; a file belongs to `e2e` when its name ends in `.e2e.test.ts`.
 */
// oxlint-disable-next-line import/no-default-export -- vitest reads the default export
export default defineConfig({
  test: {
    reporters: ['default', './test/helpers/count-reporter.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.e2e.test.ts'],
          maxWorkers: LANES,
          // No test file leaves anything behind that another one could see, and loading Zod and Temporal 150 times took longest.
          isolate: false,
          unstubEnvs: true,
          // A hang; on a busy machine each may take ten times as long as on a quiet one.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: POLL,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          globalSetup: ['test/helpers/global-setup.ts'],
          // Every answer of every API that a test starts is compared with the route table.
          env: { CHECK_ANSWERS: 'true' },
          // As above: what a file starts, it ends.
          isolate: false,
          unstubEnvs: true,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          expect: POLL,
          maxWorkers: LANES,
        },
      },
    ],
  },
});
