import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandEnvironment, programEnvironment, SECRETS } from '../../src/host/child-environment.ts';
import { SERVER_ENGINES } from '../../src/contracts/names.ts';
import { serverSettings } from '../../src/contracts/setting-names.ts';
import { SETTINGS } from '../../src/config/environment.ts';
import { runShellCommand } from '../../src/drivers/shell-command.ts';
import { runCommand } from '../../src/host/command.ts';
import { projectRoot } from '../../src/host/project.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const SECRET = 'hunter2-of-this-test';
const everySecret = Object.fromEntries([...SECRETS].map((name) => [name, SECRET]));

test('A program gets what is listed and nothing else', () => {
  const env = {
    ...everySecret,
    PATH: '/bin',
    LC_ALL: 'C',
    FONTCONFIG_FILE: '/f',
    CUDA_VISIBLE_DEVICES: '1',
    AWS_SECRET_ACCESS_KEY: SECRET,
    NODE_AUTH_TOKEN: SECRET,
    GITHUB_TOKEN: SECRET,
    COMFYUI_URL: `http://user:${SECRET}@host`,
    GPU_MIDDLEWARE_RENDER: 'mark',
  };
  expect(programEnvironment(env)).toEqual({
    PATH: '/bin',
    LC_ALL: 'C',
    FONTCONFIG_FILE: '/f',
    CUDA_VISIBLE_DEVICES: '1',
    GPU_MIDDLEWARE_RENDER: 'mark',
  });
});

test('A command of the operator gets everything but our secrets', () => {
  const env = { ...everySecret, DOCKER_HOST: 'unix:///d', https_proxy: 'http://proxy', PATH: '/bin' };
  expect(commandEnvironment(env)).toEqual({ DOCKER_HOST: 'unix:///d', https_proxy: 'http://proxy', PATH: '/bin' });
});

test('Every setting with a name like a secret is a secret, or is listed as none', () => {
  /** Where something is; what an engine's has in it is the business of commands about that engine. */
  const open = ['TEMPORAL_UI_URL', 'API_KEYS_FILE', ...SERVER_ENGINES.map((engine) => serverSettings(engine).url)];
  const suspicious = SETTINGS.filter((name) => /KEY|PASS|HEADER|SECRET|TOKEN|CREDENTIAL|_URL$/.test(name));
  expect(suspicious.filter((name) => !SECRETS.has(name) && !open.includes(name))).toEqual([]);
});

test('Neither shell commands nor programs get the secrets', async ({ task }) => {
  expect(task.name).not.toContain(SECRET);
  const before = { ...process.env };
  Object.assign(process.env, everySecret, { DOCKER_HOST: 'unix:///d' });
  try {
    const file = path.join(await scratchFolder(), 'env');
    expect(await runShellCommand(`env > '${file}'`, 5000, undefined)).toBe(true);
    const printed = await runCommand('env', []);
    for (const text of [await readFile(file, 'utf8'), printed]) {
      expect(text).toContain('DOCKER_HOST=unix:///d');
      expect(text).not.toContain(SECRET);
    }
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
});

/** They start API and worker, or read settings. */
const MAY_HAND_ON = ['host/child-environment.ts', 'local/stack/middleware-children.ts'];

test('Every start of a program sets its environment', async () => {
  const root = path.join(projectRoot(), 'src');
  const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const careless: string[] = [];
  for (const name of names.filter((one) => !MAY_HAND_ON.includes(one))) {
    const text = await readFile(path.join(root, name), 'utf8');
    const starts =
      /import [^;]*\bfrom '(node:child_process|execa)'/.test(text) &&
      !/import type [^;]*'node:child_process'/.test(text);
    if (starts && !/\benv\b/.test(text)) careless.push(name);
    if (/\benv: process\.env|\.\.\.process\.env/.test(text)) careless.push(name);
  }
  expect(careless).toEqual([]);
});
