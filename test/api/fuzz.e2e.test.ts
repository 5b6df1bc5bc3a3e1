import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Route } from '../../src/api/route.ts';
import { createRoutes, type RouteDeps } from '../../src/api/routes.ts';
import { examplesFolder } from '../../src/host/examples-folder.ts';
import { startBenchChildren, type BenchChildren } from '../bench/lib/bench-children.ts';
import { oddForms } from '../helpers/odd-requests/forms.ts';
import { oddRequests, type OddRequest } from '../helpers/odd-requests/requests.ts';
import { recording } from '../voices/rig.ts';

/** Of each page; `npm run test:fuzz` sends 5,000. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);
const AT_ONCE = 8;
/** Nothing takes so long on a machine with nothing else to do; one that is busy is given time. */
const LONGEST_MS = 20_000;
const HANG_MS = 60_000;

const FILM = { width: 320, height: 568, fps: 30, durationInFrames: 60, backgroundColor: '#000' };
const TASKS: readonly unknown[] = [
  {
    task_type: 'remotion_render',
    priority: 60,
    client: 'studio',
    timeouts: { queue_seconds: 60, run_seconds: 60 },
    payload: {
      output_filename: 'a.mp4',
      overwrite: true,
      timeline: {
        ...FILM,
        clips: [
          { type: 'text', text: 'Hello', startFrame: 0, durationInFrames: 30, style: { fontSize: 20, color: '#fff' } },
          {
            type: 'color',
            color: 'red',
            startMs: 100,
            durationInFrames: 30,
            transition: { type: 'fade', durationSec: 0.2 },
          },
          { type: 'image', src: 'a.png', fit: 'cover', motion: 'zoom-in', volume: 0.5 },
        ],
        subtitles: [
          { text: 'Hello you', startFrame: 0, endFrame: 30, words: [{ text: 'Hello', startMs: 0, endMs: 300 }] },
        ],
        subtitleStyle: 'karaoke',
        watermark: { text: 'us', position: 'top-right' },
        output: { format: 'mp4', poster: true },
      },
    },
  },
  {
    task_type: 'remotion_render',
    payload: { timeline: { ...FILM, subtitles: '1\n00:00:00,000 --> 00:00:01,000\nHello\n' } },
  },
  {
    task_type: 'cosyvoice',
    payload: {
      text: 'Hello. How are you?',
      voice_id: 'luna',
      speed: 1.1,
      seed: 1,
      pause_ms: 300,
      language: 'en',
      format: 'wav',
      overwrite: true,
    },
  },
  {
    task_type: 'comfyui',
    payload: { template: 'flux_dev', params: { prompt: 'a fox', width: 512, height: 512, seed: 4 } },
  },
  {
    task_type: 'comfyui',
    payload: {
      workflow: {
        '1': { class_type: 'A', inputs: { text: '{{PROMPT}}', model: ['2', 0] } },
        '2': { class_type: 'B', inputs: {} },
      },
      params: { PROMPT: 'x' },
    },
  },
];

let stack: BenchChildren;
let agent: http.Agent;
const pipelines: unknown[] = [];
const known: string[] = [];
beforeAll(async () => {
  stack = await startBenchChildren();
  agent = new http.Agent({ keepAlive: true });
  await mkdir(path.join(stack.assetRoot, 'voices'), { recursive: true });
  await writeFile(path.join(stack.assetRoot, 'voices', 'luna.wav'), recording(5));
  await writeFile(path.join(stack.assetRoot, 'voices', 'luna.txt'), 'What is said in it.');
  await writeFile(path.join(stack.assetRoot, 'a.png'), 'x');
  for (const file of await readdir(examplesFolder()))
    pipelines.push(JSON.parse(await readFile(path.join(examplesFolder(), file), 'utf8')) as unknown);
  pipelines.push({
    name: 'small',
    steps: [
      {
        id: 'voice',
        task_type: 'cosyvoice',
        payload: { text: 'Hello. ${$item}', voice_id: 'luna' },
        for_each: ['a', 'b'],
      },
      {
        id: 'film',
        task_type: 'remotion_render',
        depends_on: ['voice'],
        on_error: 'skip',
        payload: {
          timeline: {
            ...FILM,
            clips: {
              $for: { $from: 'voice[0].sentences' },
              $if: '$item',
              $each: { type: 'text', text: '${$item.text}' },
            },
          },
        },
      },
    ],
    output: { film: '${film.output_path}', all: { $from: 'voice' } },
  });
  for (const body of TASKS.slice(1, 3)) {
    const headers = { 'Content-Type': 'application/json' };
    const { body: answer } = await ask({
      method: 'POST',
      path: '/submit_task',
      headers,
      body: Buffer.from(JSON.stringify(body)),
    });
    known.push((JSON.parse(answer) as { task_id: string }).task_id);
  }
});
afterAll(() => stack.remove());

interface Answer {
  status: number;
  type: string;
  body: string;
  ms: number;
}

function ask({ method, path: place, headers, body }: OddRequest): Promise<Answer> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const length = method === 'GET' ? {} : { 'Content-Length': body.length };
    const options = { method, agent, headers: { ...headers, ...length }, timeout: HANG_MS };
    const request = http.request(`${stack.apiUrl}${place}`, options, (response) => {
      const { statusCode: status = 0, headers: got } = response;
      const type = String(got['content-type']);
      const answered = (answer: string): void => resolve({ status, type, body: answer, ms: performance.now() - began });
      // A stream of events of a task that is not over has no end.
      if (type.startsWith('text/event-stream'))
        response.once('data', (first: Buffer) => {
          answered(first.toString());
          request.destroy();
        });
      else text(response).then(answered, reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.end(method === 'GET' ? undefined : body);
  });
}

const PAGES = createRoutes({} as RouteDeps).map((route) => ({
  name: `${route.method.toUpperCase()} ${route.path}`,
  route,
}));

/** Bodies that are right, besides the examples of the route: they use more fields. */
const VALID: Readonly<Record<string, () => readonly unknown[]>> = {
  '/submit_task': () => TASKS,
  '/submit_pipeline': () => pipelines,
};

/** What may stand in the place of a part of the path, so that it names something. */
const namesFor = ({ params }: Route): string[] => {
  const fields = Object.entries(params?.shape ?? {});
  return fields
    .flatMap(([name, field]) => (name === 'task_id' ? known : ((field as z.ZodType).meta()?.['examples'] ?? [])))
    .map(String);
};

const requestsTo = (route: Route): fc.Arbitrary<OddRequest> => {
  const { method, path: page, takes, body } = route;
  if (takes === 'form' && page === '/voices') return oddForms(recording(4));
  const valid = [...Object.values(body?.examples ?? {}), ...(VALID[page]?.() ?? [])];
  return oddRequests({ method: method.toUpperCase(), path: page, known: namesFor(route), valid });
};

const JSON_TYPE = /^application\/(problem\+)?json/;
/** Whether an answer has the type that its route says. Errors are JSON. */
const fitsType = ({ answers }: Route, { status, type }: Answer): boolean =>
  JSON_TYPE.test(type) || status === 304 || answers[status]?.type !== undefined;

describe('Whatever is sent to', () => {
  test.each(PAGES)(
    '$name, it is answered soon and never by a fault of ours',
    async ({ name, route }) => {
      const requests = fc.sample(requestsTo(route), {
        numRuns: RUNS,
        ...(process.env['FUZZ_SEED'] ? { seed: Number(process.env['FUZZ_SEED']) } : {}),
      });
      const statuses = new Map<number, number>();
      let slowest = 0;
      const faults: unknown[] = [];
      const sendAll = async (): Promise<void> => {
        for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
          const sent = { ...request, body: request.body.toString().slice(0, 1500) };
          const answer = await ask(request).catch((error: unknown) => ({
            status: 599,
            type: '',
            body: String(error),
            ms: 0,
          }));
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          slowest = Math.max(slowest, answer.ms);
          if (answer.status >= 500 || !fitsType(route, answer) || answer.ms > LONGEST_MS) faults.push({ sent, answer });
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, sendAll));
      const counts = [...statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
      process.stdout.write(`${name}: ${counts.join(', ')}; slowest ${Math.round(slowest)} ms\n`);
      expect(faults).toEqual([]);
      expect(stack.deaths()).toBe(0);
    },
    RUNS * 1000 + HANG_MS,
  );
});
