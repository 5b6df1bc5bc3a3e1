import { Socket } from 'node:net';
import { Redis } from 'ioredis';
import { expect, test, vi } from 'vitest';
import { writeTogether } from '../../src/redis/write-together.ts';

test('What is written in one turn of the event loop reaches the socket at once and in its order', async () => {
  const stream = new Socket();
  const written = vi.fn((_chunks: readonly { chunk: unknown }[], done: () => void) => done());
  Object.assign(stream, { _writev: written });
  for (const text of ['a', 'b', 'c']) {
    writeTogether({ stream });
    stream.write(text);
  }
  expect(written).not.toHaveBeenCalled();
  await new Promise((next) => void setImmediate(next));
  expect(written).toHaveBeenCalledTimes(1);
  expect(written.mock.calls[0]?.[0].map(({ chunk }) => String(chunk))).toEqual(['a', 'b', 'c']);
  expect(stream.writableCorked).toBe(0);
});

test('A connection that was never opened, or was closed meanwhile, fails no later than without it', async () => {
  const redis = new Redis({ lazyConnect: true });
  writeTogether(redis);
  redis.disconnect();
  const stream = new Socket();
  writeTogether({ stream });
  stream.destroy();
  await new Promise((next) => void setImmediate(next));
  expect(stream.writableCorked).toBe(0);
});
