import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';

const folder = new URL('../fixtures/histories/', import.meta.url);
const histories = await readdir(folder);
const readHistory = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(name, folder), 'utf8'));

let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  const logger = new DefaultLogger('ERROR', () => undefined);
  Runtime.install({ logger });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../workflows-temporal/index.ts', import.meta.url)),
    logger,
  });
});

test('There are recorded histories of what tasks go through', () => {
  const kinds = [
    'called',
    'cancelled',
    'completed',
    'failed',
    'pipeline-failed',
    'pipeline-long-first-run',
    'pipeline-long-last-run',
    'pipeline-retried',
    'pipeline-side-by-side',
    'queue-timeout',
    'reprioritised',
    'reset',
    'waited',
    'webhook',
  ];
  expect(histories).toEqual(expect.arrayContaining(kinds.map((kind) => `${kind}.json`)));
});

test.each(histories)('The workflow code still replays %s', async (name) => {
  await Worker.runReplayHistory({ workflowBundle }, await readHistory(name));
});

test('A history that the code would not have made is noticed', async () => {
  const text = JSON.stringify(await readHistory('completed.json')).replaceAll(
    '"activityType":{"name":"remotion_render"}',
    '"activityType":{"name":"something_else"}',
  );
  await expect(Worker.runReplayHistory({ workflowBundle }, JSON.parse(text))).rejects.toThrow(
    /Nondeterminism|TMPRL1100/,
  );
});

test('Workflow code carries no validation library and no Node module', () => {
  expect(workflowBundle.code).not.toMatch(/node_modules\/zod\//);
  expect(workflowBundle.code.length).toBeLessThan(2_500_000);
});
