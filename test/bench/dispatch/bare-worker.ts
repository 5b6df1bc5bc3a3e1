import { fileURLToPath } from 'node:url';
import { activityInfo } from '@temporalio/activity';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { announceReady, stopRequested } from '../../../src/process.ts';
import { BARE_QUEUES } from './bare-names.ts';
import { noOp } from './told.ts';

/** The least that runs a job: `bare-worker.js control` for its workflow, `bare-worker.js gpu` for its activity. */
Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233' });
const common = { connection, namespace: 'default' };
const worker =
  process.argv[2] === 'control'
    ? await Worker.create({
        ...common,
        taskQueue: BARE_QUEUES.control,
        workflowsPath: fileURLToPath(new URL('./bare-workflow.js', import.meta.url)),
      })
    : await Worker.create({
        ...common,
        taskQueue: BARE_QUEUES.gpu,
        activities: { bareJob: () => Promise.resolve(noOp(activityInfo().workflowExecution?.workflowId ?? '')) },
        maxConcurrentActivityTaskExecutions: 1,
      });
announceReady();
const running = worker.run();
await stopRequested();
worker.shutdown();
await running;
process.exit();
