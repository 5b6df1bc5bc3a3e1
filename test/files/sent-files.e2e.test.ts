import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSentFiles } from '../../src/files/sent-files.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

let redis: Redis;
beforeAll(() => void (redis = new Redis({ host: sharedServers().redisHost, port: sharedServers().redisPort })));
afterAll(() => redis.disconnect());

let time = Date.parse('2026-01-04T23:59:59.000Z');
const sentFiles = (keptMs: number) => createSentFiles(redis, { keptMs, now: () => new Date(time) });
const file = (version: string) => ({ path: `in/${process.pid}.txt`, version });

test('The sender of a file is known as long as the file is the one that was sent', async () => {
  const sent = sentFiles(60_000);
  expect(await sent.senderOf(file('1'))).toBeNull();
  await sent.note(file('1'), 'shop');
  expect(await sent.senderOf(file('1'))).toBe('shop');
  expect(await sent.senderOf(file('2'))).toBeNull();
  await sent.note(file('2'), 'n8n');
  expect([await sent.senderOf(file('1')), await sent.senderOf(file('2'))]).toEqual([null, 'n8n']);
});

test('The sender is forgotten after its time', async () => {
  await sentFiles(1).note(file('3'), 'shop');
  await expect.poll(() => sentFiles(1).senderOf(file('3'))).toBeNull();
});

test('What a client sends is counted by days', async () => {
  const sent = sentFiles(60_000);
  const client = `shop-${process.pid}`;
  expect([await sent.count(client, 5), await sent.count(client, 7)]).toEqual([5, 12]);
  expect(await sent.count(`${client}-2`, 0)).toBe(0);
  time += 1000;
  expect(await sent.count(client, 0)).toBe(0);
});
