import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExamples } from '../../src/api/read-examples.ts';
import { createRoutes, type RouteDeps } from '../../src/api/routes.ts';
import { projectRoot } from '../../src/host/project.ts';
import { examplesFolder, samplesFolder } from '../../src/host/examples-folder.ts';
import { TASK_ID } from '../helpers/api-rig.ts';
import { codeBlocks, curlExamples } from '../helpers/document-examples.ts';
import { startSampleApi, type SampleApi } from '../helpers/sample-api.ts';
import { scratchFolder } from '../helpers/scratch.ts';

/** Every example of the documents, sent to an API whose asset folder has the samples and nothing else. */

const root = new URL('../../', import.meta.url);
/** Its engine does not exist. */
const NEW_ENGINE = 'new-engine.md';
const documents = [
  'README.md',
  ...(await readdir(new URL('docs/', root)))
    .filter((name) => name.endsWith('.md') && name !== NEW_ENGINE)
    .map((name) => `docs/${name}`),
];

interface Submission {
  from: string;
  to: string;
  body: object;
}

/** Where a body is sent; undefined for an answer, or a part of a body. */
function placeOf(body: object): string | undefined {
  const isTask = (one: object): boolean => 'task_type' in one && 'payload' in one;
  const { steps, tasks } = body as Record<string, object[] | undefined>;
  if (Array.isArray(steps) && steps.every(isTask)) return '/submit_pipeline';
  if (Array.isArray(tasks) && tasks.every(isTask)) return '/submit_tasks';
  return isTask(body) ? '/submit_task' : undefined;
}

const parsed = (json: string): unknown[] => {
  try {
    return [JSON.parse(json)];
  } catch {
    return [];
  }
};

/** What a document submits, in blocks of JSON and in commands; not what it shows to be refused. */
async function submissionsOf(document: string): Promise<Submission[]> {
  const blocks = await codeBlocks(document);
  return blocks.flatMap(({ language, text }, index) => {
    if (blocks[index + 1]?.text.includes('"errors"') === true) return [];
    const bodies = language === 'json' ? [text] : [...text.matchAll(/-d '([^']*)'/g)].map(([, body = '']) => body);
    return bodies.flatMap(parsed).flatMap((body) => {
      const to = typeof body === 'object' && body !== null ? placeOf(body) : undefined;
      return to === undefined ? [] : [{ from: document, to, body: body as object }];
    });
  });
}

const ofReference = createRoutes({} as RouteDeps).flatMap(({ path: to, body }) =>
  to.startsWith('/submit_')
    ? Object.values(body?.examples ?? {}).map((example) => ({ from: 'the reference', to, body: example as object }))
    : [],
);
const ofFolder = (await readExamples(examplesFolder())).map(({ name, body }) => ({
  from: `examples/pipelines/${name}.json`,
  to: '/submit_pipeline',
  body,
}));
const submissions = [...(await Promise.all(documents.map(submissionsOf))).flat(), ...ofReference, ...ofFolder];

let api: SampleApi;
beforeAll(async () => {
  api = await startSampleApi();
  // docs/quick-start-remote.md sends it first.
  const fox = new Uint8Array(await readFile(path.join(samplesFolder(), 'samples/fox.jpg')));
  await fetch(`${api.base}/assets/inputs/fox.jpg`, { method: 'PUT', body: fox });
});
afterAll(() => api.close());

test('Pages about every task type, the README and the reference submit something', () => {
  const from = new Set(submissions.map((one) => one.from));
  for (const name of ['README.md', 'docs/comfyui.md', 'docs/cosyvoice.md', 'docs/timeline.md', 'docs/pipelines.md'])
    expect(from).toContain(name);
  expect(ofReference.length).toBeGreaterThan(4);
  expect(ofFolder.length).toBeGreaterThan(2);
});

test.each(submissions)('What $from submits is accepted without a warning: $body', async ({ to, body }) => {
  const response = await fetch(`${api.base}${to}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const accepted = { status: 'queued', task_id: expect.any(String) as string };
  const tasks = (body as { tasks?: unknown[] }).tasks?.map(() => accepted);
  expect(await response.json()).toEqual(tasks === undefined ? accepted : { tasks });
});

/** Runs commands of a document with real curl, in an empty folder. @returns what each one answers */
async function runCommands(commands: string): Promise<unknown[]> {
  const cwd = await scratchFolder();
  const answers: unknown[] = [];
  for (const line of commands.trim().split('\n')) {
    const own = line.replaceAll('localhost:8000', `127.0.0.1:${api.port}`);
    const { stdout } = await promisify(execFile)('bash', ['-c', own], { cwd });
    answers.push(stdout === '' ? null : (JSON.parse(stdout) as unknown));
  }
  return answers;
}
const commandsWith = async (document: string, text: string): Promise<string> =>
  (await curlExamples(document)).find(({ command }) => command.includes(text))?.command ?? '';

test('The commands of docs/api.md about files work as they stand', async () => {
  expect(await runCommands(await commandsWith('docs/api.md', 'curl -T'))).toMatchObject([
    null,
    { path: 'inputs/fox.jpg' },
    { files: [{ path: 'inputs/fox.jpg' }], next_cursor: null },
    { path: 'inputs/fox.jpg', deleted: true },
    { files: [{ path: 'uploads/fox.jpg' }, { path: 'uploads/noon.jpg' }] },
  ]);
});

test('The commands of docs/cosyvoice.md about voices work as they stand', async () => {
  expect(await runCommands(await commandsWith('docs/cosyvoice.md', 'voice_id=nova'))).toMatchObject([
    null,
    { voice_id: 'nova', language: 'en' },
    { voices: [{ voice_id: 'luna' }, { voice_id: 'nova' }] },
    { voice_id: 'nova', deleted: true },
  ]);
});

const commands = (
  await Promise.all(
    documents.map(async (from) =>
      (await curlExamples(from)).map(({ command, answer = '' }) => ({ from, command, answer })),
    ),
  )
)
  .flat()
  .filter(({ command }) => command.includes('localhost:8000'));

/** Says on stderr how each request was answered, whatever becomes of the body. */
const CURL = `curl() { command curl --max-time 10 -w '%{stderr}%{http_code} %{url_effective}\\n' "$@"; }`;
/** What the API answers about tasks and events, of which it has none here. */
const ABSENT = /^404 .*(?:\/task_status\/|\/tasks\/|\/output\/render_)|^503 .*\/events/;

test.each(commands)('$from: every request is one that the API takes: $command', async ({ command, answer }) => {
  const cwd = await scratchFolder();
  await symlink(path.join(projectRoot(), 'examples'), path.join(cwd, 'examples'));
  const own = command.replaceAll('localhost:8000', `127.0.0.1:${api.port}`);
  const env = { ...process.env, TASK_ID };
  const { stderr } = await promisify(execFile)('bash', ['-c', `${CURL}\n${own}\n:`], { cwd, env });
  const answers = stderr.split('\n').filter((line) => /^\d{3} http/.test(line));
  expect(answers.length).toBeGreaterThan(0);
  const isRefusal = answer.includes('"errors"');
  expect(answers.filter((line) => !line.startsWith(isRefusal ? '422' : '2') && !ABSENT.test(line))).toEqual([]);
});

test.each(documents)('Every sample that %s names comes with the project', async (document) => {
  const text = await readFile(new URL(document, root), 'utf8');
  const named = [...text.matchAll(/\bsamples\/[\w-]+\.\w+/g)].map(([name]) => name);
  expect(named.filter((name) => !existsSync(path.join(samplesFolder(), name)))).toEqual([]);
});

test('docs/api.md lists every sample', async () => {
  const page = await readFile(new URL('docs/api.md', root), 'utf8');
  for (const name of await readdir(path.join(samplesFolder(), 'samples')))
    expect(page).toContain(`\`samples/${name}\``);
});
