import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { PipelineExample } from '../../src/api/read-examples.ts';
import { examplesFolder } from '../../src/host/examples-folder.ts';
import { startApi } from '../helpers/api-rig.ts';

test('GET /pipelines/examples gives every file of the folder with its name and its description', async () => {
  const api = await startApi();
  onTestFinished(() => api.close());
  const response = await fetch(`${api.base}/pipelines/examples`);
  expect(response.status).toBe(200);
  const listed = ((await response.json()) as { examples: PipelineExample[] }).examples;
  const files = (await readdir(examplesFolder())).toSorted();
  expect(listed.map(({ name }) => `${name}.json`)).toEqual(files);
  for (const { name, description, body } of listed) {
    expect(description).toMatch(/^[A-Z].{40,}\.$/);
    expect(body).toEqual(JSON.parse(await readFile(path.join(examplesFolder(), `${name}.json`), 'utf8')));
  }
});
