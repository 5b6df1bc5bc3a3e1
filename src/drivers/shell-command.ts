import { spawn } from 'node:child_process';
import { commandEnvironment } from '../host/child-environment.ts';

/**
 * Runs an operator's shell command; resolves with whether it succeeded within `limit` milliseconds. At the limit its
 * whole process group is killed. When the signal aborts, it resolves with false at once and the command continues,
 * because half a restart is worse than a complete one.
 */
export function runShellCommand(command: string, limit: number, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    // In its own group: programs that the command leaves in the background, such as a server, must outlive this
    // process.
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
