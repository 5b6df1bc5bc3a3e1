import { spawn } from 'node:child_process';
import { commandEnvironment } from '../host/child-environment.ts';

/**
 * Runs an operator's shell command; resolves with whether it ended well within `limit` milliseconds. Its whole process group ends with
 * the limit. When the signal aborts, it resolves with false at once and the command goes on: half a restart is worse than a whole one.
 */
export function runShellCommand(command: string, limit: number, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    // A group of its own: what the command leaves running in the background, a server perhaps, must outlive us.
    const child = spawn(command, { shell: true, stdio: 'ignore', detached: true, env: commandEnvironment() });
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, limit);
    const end = (well: boolean): void => {
      clearTimeout(timer);
      resolve(well);
    };
    signal?.addEventListener('abort', () => resolve(false), { once: true });
    child.once('error', () => end(false));
    child.once('exit', (code) => end(code === 0));
  });
}
