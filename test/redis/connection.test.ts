import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createLineLogger } from '../../src/logging.ts';
import { connectRedis } from '../../src/redis/connection.ts';

/** A Redis that says OK to everything until it falls silent, as one does whose process or network hangs. */
async function startMute(): Promise<{ port: number; mute: () => void }> {
  let silent = false;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const commands = chunk.toString().match(/^\*\d+\r$/gm) ?? [];
      if (!silent) socket.write('+OK\r\n'.repeat(commands.length));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, mute: () => void (silent = true) };
}

test('After one wait for a silent Redis, commands fail at once, and the log says so', async () => {
  const lines: string[] = [];
  const { port, mute } = await startMute();
  const redis = connectRedis(
    { host: '127.0.0.1', port, password: undefined },
    createLineLogger('GPUServer', (line) => void lines.push(line)),
  );
  onTestFinished(() => redis.disconnect());
  await once(redis, 'ready');
  expect(await redis.ping()).toBe('OK');
  mute();
  const letGo = new Promise((resolve) => redis.once('close', resolve));
  await expect(redis.ping()).rejects.toThrow(/timed out|retries/);
  await letGo;
  await expect(redis.ping()).rejects.toThrow(/isn't writeable/);
  expect(lines.join()).toContain('Redis does not answer');
});
