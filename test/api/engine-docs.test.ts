import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TASK_ID } from '../helpers/api-rig.ts';
import { startPipelineApi, type PipelineApi } from '../helpers/pipeline-api.ts';

const readPage = (name: string): Promise<string> => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** The bodies that a page shows: JSON blocks, and what a command passes to curl. */
async function submissionsOf(name: string): Promise<[page: string, body: string][]> {
  const page = await readPage(name);
  const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g), ...page.matchAll(/-d '(\{[^']*\})'/g)];
  return blocks.flatMap(([, body = '']) => (body.includes('"task_type"') ? [[name, body] as [string, string]] : []));
}
const submissions = (await Promise.all(['comfyui.md', 'cosyvoice.md'].map(submissionsOf))).flat();

let rig: PipelineApi;
beforeAll(async () => {
  rig = await startPipelineApi([]);
});
afterAll(() => rig.close());

test('Both pages of the engines show a request', () => {
  expect(new Set(submissions.map(([page]) => page))).toEqual(new Set(['comfyui.md', 'cosyvoice.md']));
});

test.each(submissions)('The request of docs/%s is accepted without a warning: %s', async (_page, body) => {
  const response = await fetch(`${rig.api.base}/submit_task`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  expect({ status: response.status, answer: await response.json() }).toEqual({
    status: 200,
    answer: { status: 'queued', task_id: TASK_ID },
  });
});
