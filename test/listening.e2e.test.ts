import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TaskStatusBody } from '../src/contracts/task-status.ts';
import { freePort } from '../src/local/stack/ports.ts';
import { listeningSockets, openToOthers, type ListeningSocket } from './helpers/listening-sockets.ts';
import { makeClip, makePicture, RED } from './helpers/media.ts';
import { familyOf } from './helpers/processes.ts';
import { startTestStack, type TestStack } from './helpers/test-stack.ts';

const LOOK_MS = 100;

let stack: TestStack;
/** Every socket that was ever seen to listen, from the first moment of the stack. */
const seen = new Map<string, ListeningSocket>();
let looks = 0;
/** What stands in the environment of this process, as an operator's secrets do, and of whom it was seen to be handed to. */
const SECRET = 'hunter2-of-this-test';
const knowing = new Set<string>();
const programs = new Set<string>();

function lookAtEnvironments(): void {
  for (const pid of familyOf(process.pid).slice(1))
    try {
      const program = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').slice(0, 200);
      programs.add(program);
      if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(SECRET)) knowing.add(program);
    } catch {
      // Gone meanwhile.
    }
}
const look = (): void => {
  looks += 1;
  lookAtEnvironments();
  for (const socket of listeningSockets(familyOf(process.pid)))
    seen.set(`${socket.pid} ${socket.address} ${socket.port}`, socket);
};
const timer = setInterval(look, LOOK_MS);

beforeAll(async () => {
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
  vi.stubEnv('API_KEYS', `somebody:${SECRET}`);
  vi.stubEnv('COMFYUI_HEADERS', JSON.stringify({ 'X-Test': SECRET }));
  stack = await startTestStack({
    simulate: {
      comfyui: { port: await freePort(), options: { stepMs: 100 } },
      cosyvoice: { port: await freePort(), options: { segmentMs: 300 } },
    },
    env: { API_KEYS: '', HOST: '127.0.0.1', TEMPORAL_METRICS_ADDRESS: `127.0.0.1:${await freePort()}` },
  });
  await makePicture(path.join(stack.assetRoot, 'red.png'), RED);
  await makeClip(path.join(stack.assetRoot, 'clip.mp4'), { colours: Array.from({ length: 30 }, () => RED) });
});
afterAll(async () => {
  clearInterval(timer);
  vi.unstubAllEnvs();
  await stack.remove();
});

/** Whose a socket is, in the words of docs/security.md. */
const KINDS: readonly [RegExp, string][] = [
  [/pool-child/, "a render's page"],
  [/type=|--headless|chrom/i, "a render's browser"],
  [/server start-dev/, 'Temporal'],
  [/redis|valkey/i, 'Redis'],
  [/simulators\/comfyui/, 'stand-in for ComfyUI'],
  [/simulators\/cosyvoice/, 'stand-in for CosyVoice'],
  [/src\/server\.js/, 'API'],
  [/src\/worker\.js/, 'metrics of the Temporal SDK'],
];
const kindOf = ({ program }: ListeningSocket): string =>
  KINDS.find(([pattern]) => pattern.test(program))?.[1] ?? program;

/** The first column of the table. */
async function documented(): Promise<string[]> {
  const text = await readFile(new URL('../docs/security.md', import.meta.url), 'utf8');
  const [, section = ''] = text.split('\n## What listens\n');
  const rows = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) => row.split(' | ')[0]?.replace('| ', '') ?? '');
}

test('While tasks of every kind run, everything listens on loopback, and only our programs get a secret', async () => {
  const done = ({ status }: TaskStatusBody): boolean => status === 'completed';
  const tasks = [
    {
      task_type: 'remotion_render',
      payload: {
        timeline: {
          width: 480,
          height: 360,
          durationInFrames: 150,
          audioSrc: 'samples/calm.mp3',
          clips: [
            { type: 'image', src: 'red.png', motion: 'zoom-in' },
            { type: 'video', src: 'clip.mp4', startFrame: 60, durationInFrames: 30, layer: 1 },
          ],
        },
      },
    },
    { task_type: 'comfyui', payload: { template: 'flux_dev', params: { POSITIVE_PROMPT: 'a fox', STEPS: 10 } } },
    { task_type: 'cosyvoice', payload: { text: 'One. Two sentences, to be sure.', voice_id: 'luna' } },
  ];
  const ids = await Promise.all(tasks.map((task) => stack.submit(task)));
  await Promise.all(ids.map((id) => stack.poll(id, done)));
  const all = [...seen.values()];
  expect(looks).toBeGreaterThan(20);
  expect(openToOthers(all)).toEqual([]);
  const kinds = [...new Set(all.filter(({ pid }) => pid !== process.pid).map(kindOf))];
  expect(kinds.toSorted()).toEqual((await documented()).toSorted());

  // A program that is being started is still a copy of the one that starts it.
  const ours = /dist\/src\/(server|worker)\.js|vitest/;
  expect([...knowing].filter((program) => !ours.test(program))).toEqual([]);
  for (const pattern of [/ffmpeg/, /pool-child/, /--type=renderer/, /start-dev/, /redis|valkey/, /simulators/])
    expect([...programs].some((program) => pattern.test(program))).toBe(true);
});
