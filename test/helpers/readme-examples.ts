import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const bash = promisify(execFile);

/** The curl commands of the README, each with the JSON that stands right behind it, if any. */
export async function readmeExamples(): Promise<{ command: string; answer: string | undefined }[]> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, text = '']) => ({
    language,
    text,
  }));
  return blocks.flatMap(({ language, text }, index) => {
    if (language !== 'sh' || !text.startsWith('curl')) return [];
    const next = blocks[index + 1];
    return [{ command: text, answer: next?.language === 'json' ? next.text : undefined }];
  });
}

/** Runs a curl command of the README against an API of another address. */
export async function runExample(apiUrl: string, command: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const { host } = new URL(apiUrl);
  const line = command.replaceAll('localhost:8000', host);
  const { stdout } = await bash('bash', ['-c', line], { env: { ...process.env, ...env } });
  return JSON.parse(stdout) as unknown;
}
