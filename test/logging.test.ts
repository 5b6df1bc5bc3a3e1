import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLogger, formatLine, timestamp } from '../src/logging.ts';

const moment = new Date(2026, 0, 4, 9, 32, 56, 732);

test('A log line looks exactly as the documented one', () => {
  expect(formatLine(moment, 'GPUWorker', 'info', '▶️ Processing: remotion_render (ID: abc123)')).toBe(
    '2026-01-04 09:32:56,732 - GPUWorker - INFO - ▶️ Processing: remotion_render (ID: abc123)',
  );
});

test('The time stamp pads every part', () => {
  expect(timestamp(new Date(2026, 2, 5, 1, 2, 3, 4))).toBe('2026-03-05 01:02:03,004');
});

test('A message of several lines stays one record', () => {
  expect(formatLine(moment, 'GPUWorker', 'warn', 'first\n  second\n')).toBe(
    '2026-01-04 09:32:56,732 - GPUWorker - WARNING - first | second',
  );
});

test('A logger writes to its file and leaves out what is below its level', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'logging-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const logger = createLogger({ name: 'GPUWorker', dir, file: 'worker.log', level: 'info' });
  logger.debug('not this');
  logger.named('Temporal').error('❌ this');
  const content = await vi.waitUntil(async () => {
    const text = await readFile(path.join(dir, 'worker.log'), 'utf8').catch(() => '');
    return text.includes('this') ? text : false;
  }, 20_000);
  expect(content).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - Temporal - ERROR - ❌ this\n$/);
});
