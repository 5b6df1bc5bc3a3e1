import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/contracts/names.ts';
import type { ChildSpec } from '../../src/local/stack/child.ts';
import { freePort } from '../../src/local/stack/ports.ts';
import { supervise } from '../../src/local/stack/supervise.ts';
import { temporalAddress, temporalChild } from '../../src/local/temporal/server.ts';
import { prepareNamespace } from '../../src/temporal/namespace.ts';
import { inspectServer } from '../../src/temporal/server-facts.ts';
import { createLines } from '../helpers/lines.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

const namespace = 'default';
const taskQueue = 'gpu';

/** Runs a server, hands a connection to `use`, and stops it. */
async function withServer<T>(spec: ChildSpec, port: number, use: (connection: Connection) => Promise<T>): Promise<T> {
  const server = supervise(spec, { logger: createLines().logger });
  await server.start();
  const connection = await Connection.connect({ address: temporalAddress({ port }) });
  try {
    return await use(connection);
  } finally {
    await connection.close();
    await server.stop();
  }
}

describe('On the data folder of a server that somebody ran with its own defaults', () => {
  test('attributes and retention are put right, and the order is told for each way to run it', async () => {
    const folder = path.join(await scratchFolder(), 'temporal');
    const port = await freePort();
    const ours = temporalChild({ executable: inject('temporalBinary'), folder, port, uiPort: undefined, namespace });
    // prettier-ignore
    const stock = [
      'server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port),
      '--db-filename', path.join(folder, 'temporal.db'), '--log-level', 'error',
    ];
    const inspect = (connection: Connection) => inspectServer(connection, { namespace, taskQueue });

    await withServer({ ...ours, args: stock }, port, async (connection) => {
      const before = await inspect(connection);
      expect(before).toMatchObject({ priorityLevels: 5, partitions: 4, order: 'unknown', retentionDays: 1 });
      expect(before.attributesMissing).toEqual(Object.keys(SEARCH_ATTRIBUTES));
    });

    await withServer(ours, port, async (connection) => {
      expect(await inspect(connection)).toMatchObject({ priorityLevels: 101, partitions: 1, order: 'exact' });
      const prepared = await prepareNamespace(connection, { namespace, retentionDays: 30 });
      expect(prepared).toEqual({ added: Object.keys(SEARCH_ATTRIBUTES), retentionDays: 33, problems: [] });
      // What was registered can be used at once.
      await new Client({ connection }).workflow.start('anything', {
        taskQueue,
        workflowId: 'with-attributes',
        searchAttributes: { TaskType: ['comfyui'], Priority: [7], TaskStatus: ['pending'] },
      });
      const again = await prepareNamespace(connection, { namespace, retentionDays: 10 });
      expect(again).toEqual({ added: [], retentionDays: 33, problems: [] });
      expect(await inspect(connection)).toMatchObject({ attributesMissing: [], retentionDays: 33 });
    });

    const onePartition = ['matching.numTaskqueueReadPartitions=1', 'matching.numTaskqueueWritePartitions=1'];
    const banded = [...stock, ...onePartition.flatMap((value) => ['--dynamic-config-value', value])];
    await withServer({ ...ours, args: banded }, port, async (connection) => {
      expect(await inspect(connection)).toMatchObject({ priorityLevels: 5, partitions: 1, order: 'banded' });
    });
  });
});

test('A namespace that does not exist is named', async () => {
  const connection = await Connection.connect({ address: sharedServers().temporalAddress });
  onTestFinished(() => connection.close());
  const preparing = prepareNamespace(connection, { namespace: 'elsewhere', retentionDays: 30 });
  await expect(preparing).rejects.toThrow(/elsewhere is not found/);
});

test('Several processes may prepare one namespace at the same time', async () => {
  const connection = await Connection.connect({ address: sharedServers().temporalAddress });
  onTestFinished(() => connection.close());
  const prepared = await Promise.all(
    [1, 2, 3].map(() => prepareNamespace(connection, { namespace, retentionDays: 30 })),
  );
  expect(prepared.map(({ retentionDays, problems }) => ({ retentionDays, problems }))).toEqual(
    Array.from({ length: 3 }, () => ({ retentionDays: 33, problems: [] })),
  );
});
