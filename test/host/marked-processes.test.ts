import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { killMarked, processesOf, PROCESS_MARK } from '../../src/host/marked-processes.ts';

const start = (workDir: string) =>
  spawn('sleep', ['60'], { env: { ...process.env, [PROCESS_MARK]: workDir }, detached: true, stdio: 'ignore' });

test.runIf(process.platform === 'linux')(
  'Processes marked with a work folder are killed, stopped ones too; those of another task stay.',
  async () => {
    const [ours, stopped, other] = [start('/tasks/任务 1'), start('/tasks/任务 1'), start('/tasks/任务 12')];
    stopped.kill('SIGSTOP');
    const ends = [once(ours, 'exit'), once(stopped, 'exit')];
    expect(new Set(processesOf('/tasks/任务 1'))).toEqual(new Set([ours.pid, stopped.pid]));

    killMarked('/tasks/任务 1');
    await Promise.all(ends);
    expect(processesOf('/tasks/任务 1')).toEqual([]);
    expect(processesOf('/tasks/任务 12')).toEqual([other.pid]);
    killMarked('/tasks/任务 12');
  },
);
