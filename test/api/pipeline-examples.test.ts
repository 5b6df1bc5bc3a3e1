import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExamples, type PipelineExample } from '../../src/api/read-examples.ts';
import { examplesFolder } from '../../src/host/examples-folder.ts';
import { TASK_ID } from '../helpers/api-rig.ts';
import { startPipelineApi, type PipelineApi } from '../helpers/pipeline-api.ts';

const examples = await readExamples(examplesFolder());
/** What the descriptions say must be there. */
const FILES = ['music/calm.wav', 'images/lamp-front.jpg', 'images/lamp-side.jpg', 'images/lamp-evening.jpg'];

let pipelines: PipelineApi;
beforeAll(async () => {
  pipelines = await startPipelineApi(FILES);
});
afterAll(() => pipelines.close());

test('GET /pipelines/examples gives every file of the folder with its name and its description', async () => {
  const response = await fetch(`${pipelines.api.base}/pipelines/examples`);
  expect(response.status).toBe(200);
  const listed = ((await response.json()) as { examples: PipelineExample[] }).examples;
  const files = (await readdir(examplesFolder())).toSorted();
  expect(listed.map(({ name }) => `${name}.json`)).toEqual(files);
  for (const { name, description, body } of listed) {
    expect(description).toMatch(/^[A-Z].{40,}\.$/);
    expect(body).toEqual(JSON.parse(await readFile(path.join(examplesFolder(), `${name}.json`), 'utf8')));
  }
});

test.each(examples)('The example $name is accepted as it is', async ({ body }) => {
  expect(await pipelines.submit(body)).toEqual({ status: 200, answer: { status: 'queued', task_id: TASK_ID } });
});

test('The examples that need files say so before anything runs', async () => {
  const bare = await startPipelineApi([]);
  const refused = await Promise.all(
    examples.map(async ({ name, body }) => {
      const { status, answer } = await bare.submit(body);
      return { name, status, paths: (answer as { errors?: { path: string }[] }).errors?.map((error) => error.path) };
    }),
  );
  await bare.close();
  expect(refused.filter(({ status }) => status !== 200)).toEqual([
    {
      name: 'narrated-slideshow',
      status: 422,
      paths: Array.from({ length: 3 }, () => 'steps[1].payload.timeline.clips.$each.src'),
    },
    { name: 'short-film', status: 422, paths: ['steps[2].payload.timeline.bgmSrc'] },
  ]);
});
