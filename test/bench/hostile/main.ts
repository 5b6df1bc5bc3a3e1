import { parseArgs } from 'node:util';
import { benchApi } from './api.ts';
import { benchWorker } from './worker.ts';

/**
 * `npm run bench:hostile [-- --at-once 40 --only <words>]` for the API; `npm run bench:hostile -- --worker` for the
 * worker.
 */
const { values } = parseArgs({
  options: {
    'at-once': { type: 'string', default: '40' },
    only: { type: 'string', default: '' },
    worker: { type: 'boolean', default: false },
  },
});
await (values.worker ? benchWorker() : benchApi({ atOnce: Number(values['at-once']), only: values.only }));
