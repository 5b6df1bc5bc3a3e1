import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const RUN = fileURLToPath(new URL('../../tools/run.mjs', import.meta.url));

/** One of the project's commands as a person starts it, in a process of its own. */
export interface StartedCommand {
  process: ChildProcess;
  /** All that it has printed so far. */
  output(): string;
  /** Resolves when it has printed `text`. @rejects when it ends first. */
  printed(text: string): Promise<void>;
  /** Resolves with its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
}

export function startCommand(args: readonly string[], env: NodeJS.ProcessEnv): StartedCommand {
  const child = spawn(process.execPath, [RUN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const looks = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      output += `${line}\n`;
      for (const look of looks) look();
    });
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null);
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return {
    process: child,
    output: () => output,
    ended,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.includes(text)) resolve();
        };
        looks.add(look);
        look();
        void ended.then(() => reject(new Error(`it ended without saying "${text}":\n${output}`)));
      }),
  };
}
