import { expect, test } from 'vitest';
import { createPipelineLog } from '../../activities/log-pipeline.ts';
import { AppError } from '../../src/errors.ts';
import { createLineLogger } from '../../src/logging.ts';

const lines: string[] = [];
const log = createPipelineLog(
  createLineLogger('GPUWorker', (line) => lines.push(line.replace(/^.*?GPUWorker - /, ''))),
);

test('A pipeline ends with one line, like a task', () => {
  const failedWith = (error: AppError) => log.ended('p1', { status: 'failed', result: { error: error.body } });
  log.ended('p1', { status: 'completed', result: { output: null } });
  failedWith(new AppError('step_failed', 'film: The disk is full'));
  failedWith(new AppError('cancelled'));
  expect(lines).toEqual([
    'INFO - ✅ Done: pipeline p1',
    'ERROR - ❌ Failed: pipeline p1: A step of the pipeline failed: film: The disk is full',
    'WARNING - ⏹️ Stopped: pipeline p1',
  ]);
});
