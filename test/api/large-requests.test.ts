import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type ApiRig } from '../helpers/api-rig.ts';

let api: ApiRig;
beforeAll(async () => void (api = await startApi()));
afterAll(() => api.close());

/** As much of something as fits into a body. */
const full = (one: string): string => Array.from({ length: Math.floor(990_000 / (one.length + 1)) }, () => one).join();
const properties = (value: string): string =>
  Array.from({ length: Math.floor(990_000 / (value.length + 9)) }, (_, index) => `"${index + 10_000}":${value}`).join();
const render = (timeline: string): string => `{"task_type":"remotion_render","payload":{"timeline":${timeline}}}`;
const comfyui = (payload: string): string => `{"task_type":"comfyui","payload":${payload}}`;
const NODE = '"1":{"class_type":"A","inputs":{}}';
const NODES = Array.from({ length: 5000 }, (_, index) => `"${index}":{"class_type":"A"}`).join();

interface Refused {
  code: string;
  detail: string;
  errors: { path: string; message: string }[];
  errors_omitted?: number;
}

describe('A megabyte of', () => {
  test.each([
    ['empty clips', render(`{"durationInFrames":9,"clips":[${full('{}')}]}`)],
    [
      'clips in 10,000',
      render(`{"durationInFrames":9,"clips":[${'{"type":7,"style":{"top":[]},"layer":"x"},'.repeat(9999)}{}]}`),
    ],
    ['subtitles', render(`{"durationInFrames":9,"subtitles":[${full('0')}]}`)],
    ['words', render(`{"subtitles":[{"text":"x","startFrame":0,"endFrame":1,"words":[${full('0')}]}]}`)],
    [
      'files that are not there',
      render(`{"durationInFrames":9,"clips":[${full('{"type":"image","src":"gone.png"}')}]}`),
    ],
    ['one file name', render(`{"durationInFrames":9,"audioSrc":"${'狐'.repeat(300_000)}"}`)],
    ['digits', render(`{"durationInFrames":"${'1'.repeat(990_000)}x"}`)],
    ['graph nodes', comfyui(`{"workflow":{${properties('0')}}}`)],
    ['wrong links', comfyui(`{"workflow":{"1":{"class_type":"A","inputs":{${properties('[1,2]')}}}}}`)],
    ['params', comfyui(`{"workflow":{${NODE}},"params":{${properties('0')}}}`)],
    [
      'overrides',
      comfyui(
        `{"workflow":{${NODES}},"params":{"1":{${properties('{}')
          .slice(0, 800_000)
          .replace(/,[^,]*$/, '')}}}}`,
      ),
    ],
    ['text', `{"task_type":"cosyvoice","payload":{"voice_id":"x","text":"${'a'.repeat(990_000)}"}}`],
    ['task type', `{"task_type":"${'a'.repeat(990_000)}","payload":{}}`],
  ])('%s is refused at once and in few words', async (_what, body) => {
    const response = await api.submit(body);
    const text = await response.text();
    expect(response.status).toBe(422);
    expect(Buffer.byteLength(text)).toBeLessThan(100_000);
  });
});

test('Of many bad fields the answer lists a hundred, names five in its message and counts the rest', async () => {
  const clips = Array.from({ length: 200 }, () => ({ type: 'film', src: 'picture.png' }));
  const response = await api.submit({
    task_type: 'remotion_render',
    payload: { timeline: { durationInFrames: 9, clips } },
  });
  const { detail, errors, errors_omitted } = (await response.json()) as Refused;
  expect(errors).toHaveLength(100);
  expect(errors_omitted).toBe(100);
  expect(detail).toContain('clips[4].type');
  expect(detail).not.toContain('clips[5].type');
  expect(detail).toMatch(/; and 195 more$/);
});

describe('A body that is nested', () => {
  const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

  test.each([
    ['200,000 levels deep', nested(200_000)],
    ['101 levels deep', nested(101)],
    ['100 levels deep below a graph', comfyui(`{"workflow":{"1":{"class_type":"A","inputs":{"x":${nested(100)}}}}}`)],
  ])('%s is refused', async (_how, body) => {
    const response = await api.submit(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'nested_too_deeply', retryable: false });
  });

  test('100 levels deep is read', async () => {
    expect((await api.submit(nested(100))).status).toBe(422);
    const input = comfyui(`{"workflow":{"1":{"class_type":"A","inputs":{"x":${nested(95)}}}}}`);
    expect((await api.submit(input)).status).toBe(200);
  });
});

describe('A body of more values than anyone needs', () => {
  test.each([
    ['empty lists', `{"payload":[${'[],'.repeat(300_000)}[]]}`],
    ['zeros', `[${'0,'.repeat(490_000)}0]`],
    ['no JSON at all', ','.repeat(900_000)],
  ])('%s is refused before it is parsed', async (_what, body) => {
    const response = await api.submit(body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'too_complex', retryable: false });
  });

  test('An endpoint for small requests accepts at most 64 KiB', async () => {
    const ask = (length: number) =>
      fetch(`${api.base}/queue/pause`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: `{"reason":"x"${' '.repeat(length)}}`,
      });
    expect((await ask(60_000)).status).toBe(200);
    const refused = await ask(70_000);
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('65536 bytes') as string });
  });
});
