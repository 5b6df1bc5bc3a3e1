import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../src/local/stack/ports.ts';
import { supervise, type Supervised } from '../../src/local/stack/supervise.ts';
import { temporalAddress, temporalChild } from '../../src/local/temporal/server.ts';
import { missingSearchAttributes, namespaceRetentionDays } from '../../src/temporal/namespace.ts';
import { createLines } from '../helpers/lines.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { startTestStack } from '../helpers/test-stack.ts';

const WAIT = { timeout: 90_000, interval: 200 };
const namespace = 'studio';

test('A Temporal that returns without our namespace and search attributes gets them, and new tasks run', async () => {
  const folder = path.join(await scratchFolder(), 'temporal');
  const port = await freePort();
  const address = temporalAddress({ port });
  const options = { executable: inject('temporalBinary'), folder, port, uiPort: undefined };
  const startServer = async (name: string, plain = false): Promise<Supervised> => {
    const spec = temporalChild({ ...options, namespace: name });
    const args = plain
      ? spec.args.filter((arg) => arg !== '--search-attribute' && !/^[A-Z]\w+=[A-Z]\w+$/.test(arg))
      : spec.args;
    const child = supervise({ ...spec, args }, { logger: createLines().logger });
    await child.start();
    return child;
  };
  let server = await startServer(namespace);
  onTestFinished(() => server.stop());
  const stack = await startTestStack({ temporalAddress: address, namespace });
  onTestFinished(() => stack.remove());
  const film = (text: string) => ({
    task_type: 'remotion_render',
    payload: { timeline: { width: 64, height: 64, durationInFrames: 2, clips: [{ type: 'text', text }] } },
  });
  await stack.poll(await stack.submit(film('before')), ({ status }) => status === 'completed');

  await server.stop();
  for (const end of ['', '-wal', '-shm']) await rm(path.join(folder, `temporal.db${end}`), { force: true });
  server = await startServer('other', true);
  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  await vi.waitUntil(
    () =>
      missingSearchAttributes(connection, namespace).then(
        (missing) => missing.length === 0,
        () => false,
      ),
    WAIT,
  );
  await vi.waitUntil(async () => (await namespaceRetentionDays(connection, namespace)) === 33, WAIT);
  const taskId = await vi.waitUntil(() => stack.submit(film('after')).catch(() => undefined), WAIT);
  await stack.poll(taskId, ({ status }) => status === 'completed');
  const logs = async () => `${await stack.readLog('worker.log')}${await stack.readLog('server.log')}`;
  await expect.poll(logs).toContain('was lost with all its data');
});
