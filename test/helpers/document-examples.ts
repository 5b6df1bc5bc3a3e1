import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const bash = promisify(execFile);

export interface Block {
  language: string | undefined;
  text: string;
}

/** The code blocks of a document that name a language. */
export async function codeBlocks(document: string): Promise<Block[]> {
  const page = await readFile(new URL(`../../${document}`, import.meta.url), 'utf8');
  return [...page.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, text = '']) => ({ language, text }));
}

/** The curl commands of a document, each with the JSON block right behind it, if any. */
export async function curlExamples(document: string): Promise<{ command: string; answer: string | undefined }[]> {
  const blocks = await codeBlocks(document);
  return blocks.flatMap(({ language, text }, index) => {
    if (language !== 'sh' || !text.startsWith('curl')) return [];
    const next = blocks[index + 1];
    return [{ command: text, answer: next?.language === 'json' ? next.text : undefined }];
  });
}

/** The first submission in a document, as the body of `POST /submit_task`. */
export async function firstSubmission(document: string): Promise<object> {
  const blocks = await codeBlocks(document);
  const json = blocks.flatMap(({ language, text }) =>
    language === 'json' ? [text] : (/-d '(\{[^']*\})'/.exec(text) ?? []).slice(1),
  );
  const text = json.find((one) => one.includes('"task_type"') && one.includes('"payload"'));
  if (text === undefined) throw new Error(`${document} submits nothing`);
  return JSON.parse(text) as object;
}

/** Runs a curl command of a document against an API at another address. */
export async function runExample(apiUrl: string, command: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const { host } = new URL(apiUrl);
  const line = command.replaceAll('localhost:8000', host);
  const { stdout } = await bash('bash', ['-c', line], { env: { ...process.env, ...env } });
  return JSON.parse(stdout) as unknown;
}

/**
 * Runs all commands of a document in one shell, which stops at the first that fails.
 * @param options.replace texts of the document, each with the one to use.
 */
export async function runScript(
  document: string,
  options: { cwd: string; replace: [string, string][] },
): Promise<{ stdout: string }> {
  const blocks = await codeBlocks(document);
  const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
  const script = options.replace.reduce((text, [from, to]) => text.replaceAll(from, () => to), commands.join('\n'));
  return bash('bash', ['-c', `set -e\n${script}`], { cwd: options.cwd });
}
