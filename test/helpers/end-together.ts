import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

/** Waits for the end of its input: the system closes it when the process at the other end ends, however that happens. */
const PROGRAM = 'cat >/dev/null; folder=$1; shift; for pid; do kill -s KILL -- "-$pid"; done; rm -rf "$folder"';

/**
 * Ends the servers of the tests when this process is killed, because nobody stops them then.
 * @param servers.pids the leaders of their process groups.
 * @param servers.folder their files, which are removed.
 * @returns a process to end before the servers are stopped in order.
 */
export function endTogether({ pids, folder }: { pids: readonly number[]; folder: string }): ChildProcess {
  const guardian = spawn('sh', ['-c', PROGRAM, 'end-together', folder, ...pids.map(String)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guardian.unref();
  (guardian.stdin as Socket).unref();
  return guardian;
}
