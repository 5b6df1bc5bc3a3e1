import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { programEnvironment } from '../../host/child-environment.ts';
import { BEHIND_THE_API } from '../stack/behind-the-api.ts';
import type { ChildSpec } from '../stack/child.ts';
import { freePort } from '../stack/ports.ts';
import { SERVER_OPTIONS } from './settings.ts';

const POLL_MS = 100;
const LOOPBACK = '127.0.0.1';

export interface TemporalServerOptions {
  executable: string;
  /** The folder of the database and the log. */
  folder: string;
  port: number;
  /** Undefined: no Web UI. */
  uiPort: number | undefined;
  namespace: string;
}

export const temporalAddress = ({ port }: { port: number }): string => `${LOOPBACK}:${port}`;

/** The arguments of a development server that stores its data in a file and respects our priorities. */
export function temporalArguments(options: TemporalServerOptions): string[] {
  const ui = options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)];
  const database = path.join(options.folder, 'temporal.db');
  // prettier-ignore
  return [
    'server', 'start-dev', '--ip', LOOPBACK, '--port', String(options.port), ...ui,
    '--db-filename', database, '--namespace', options.namespace, '--log-level', 'warn', ...SERVER_OPTIONS,
  ];
}

/**
 * The ports of its HTTP API and its metrics, which are not used. Without them the server would choose two ports that a
 * client may take before it listens. It still does this for its internal services, whose ports cannot be set.
 */
const unusedServices = async (): Promise<string[]> => [
  '--http-port',
  String(await freePort()),
  '--metrics-port',
  String(await freePort()),
];

/** Resolves when a Temporal server answers for a namespace; ends with the signal. */
export async function waitForTemporal(address: string, namespace: string, signal: AbortSignal): Promise<void> {
  const connection = Connection.lazy({ address });
  try {
    for (;;) {
      signal.throwIfAborted();
      try {
        await connection.withDeadline(Date.now() + 1000, () =>
          connection.workflowService.describeNamespace({ namespace }),
        );
        return;
      } catch {
        await delay(POLL_MS, undefined, { signal });
      }
    }
  } finally {
    await connection.close();
  }
}

/** A Temporal server as a child of the stack. */
export function temporalChild(options: TemporalServerOptions): ChildSpec {
  mkdirSync(options.folder, { recursive: true });
  return {
    name: 'Temporal',
    command: options.executable,
    args: temporalArguments(options),
    moreArgs: unusedServices,
    env: programEnvironment(),
    ready: (signal) => waitForTemporal(temporalAddress(options), options.namespace, signal),
    readyLimitMs: 60_000,
    graceMs: 10_000,
    nice: BEHIND_THE_API,
    output: { file: path.join(options.folder, 'temporal.log') },
  };
}
