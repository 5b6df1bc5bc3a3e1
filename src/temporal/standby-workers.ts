import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { WORKER_HEARTBEAT_MS } from '../contracts/names.ts';
import type { Temporal } from './connection.ts';
import { RUNNING_WORKER } from './live-workers.ts';

/** Under this name GPU workers that take no tasks yet are listed. Nobody polls such a queue. */
const STANDBY_QUEUE = 'gpu-standby';
/** `temporal.api.enums.v1.WorkerStatus` */
const SHUT_DOWN = 3;

/** A GPU worker that runs and takes no tasks. */
export interface StandbyWorker {
  pid: number;
  host: string;
  /** When it was started, ISO 8601. */
  since: string;
  /** Why it takes no tasks: a clause without a full stop. */
  reason: string;
}

export interface StandbyReport {
  /** Reports the reason now, and again until the next reason. */
  say: (reason: string) => void;
  /** Reports that it takes tasks, or ends. */
  end: () => void;
}

/**
 * Reports why the GPU worker of this process takes no tasks. The reports go to Temporal in the form in which the SDK
 * reports its workers, so that they arrive while Redis is away too. The identity of such a worker is its reason, which
 * is what the Web UI shows of it. A report that fails is repeated with the next one.
 */
export function reportStandby(temporal: Temporal, { namespace }: { namespace: string }): StandbyReport {
  const workerInstanceKey = randomUUID();
  const startTime = msToTs(Date.now());
  let reason: string | undefined;
  const send = (status: number): void => {
    const heartbeat = {
      workerInstanceKey,
      workerIdentity: reason ?? '',
      hostInfo: { hostName: hostname(), processId: String(process.pid) },
      taskQueue: STANDBY_QUEUE,
      sdkName: 'gpu-middleware',
      status,
      startTime,
      heartbeatTime: msToTs(Date.now()),
    };
    void temporal.connection
      .withDeadline(Date.now() + WORKER_HEARTBEAT_MS, () =>
        temporal.connection.workflowService.recordWorkerHeartbeat({
          namespace,
          identity: `${process.pid}@${hostname()}`,
          workerHeartbeat: [heartbeat],
        }),
      )
      .catch(() => undefined);
  };
  const timer = setInterval(() => {
    if (reason !== undefined) send(RUNNING_WORKER);
  }, WORKER_HEARTBEAT_MS).unref();
  return {
    say(why) {
      reason = why;
      timer.refresh();
      send(RUNNING_WORKER);
    },
    end() {
      if (reason !== undefined) send(SHUT_DOWN);
      reason = undefined;
    },
  };
}

/** The GPU workers that run and take no tasks, with their reasons. @throws when the server does not answer. */
export async function listStandbyWorkers(
  { connection }: Temporal,
  { namespace }: { namespace: string },
): Promise<StandbyWorker[]> {
  const query = `TaskQueue="${STANDBY_QUEUE}"`;
  const { workersInfo } = await connection.workflowService.listWorkers({ namespace, query, pageSize: 100 });
  const oldest = Date.now() - 3 * WORKER_HEARTBEAT_MS;
  return (workersInfo ?? []).flatMap(({ workerHeartbeat: worker }) =>
    worker?.status === RUNNING_WORKER && tsToMs(worker.heartbeatTime) >= oldest
      ? [
          {
            pid: Number(worker.hostInfo?.processId),
            host: worker.hostInfo?.hostName ?? '',
            since: new Date(tsToMs(worker.startTime)).toISOString(),
            reason: worker.workerIdentity ?? '',
          },
        ]
      : [],
  );
}
