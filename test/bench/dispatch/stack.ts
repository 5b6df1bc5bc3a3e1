import { readFileSync } from 'node:fs';
import type { Run } from '../../../src/local/stack/child.ts';
import { residentBytes, startBenchChildren } from '../lib/bench-children.ts';
import type { Told } from './told.ts';

/** A program that tells what it ran. */
export interface Teller {
  told: Told[];
  /** Resident memory in bytes. */
  memory(): number;
}

export interface BenchStack {
  apiUrl: string;
  temporalAddress: string;
  /** Of the middleware, whose GPU worker has an engine that does nothing. */
  control: Teller;
  gpu: Teller;
  /** The same without the middleware. */
  bareGpu: Teller;
  /** What each program has used of the processors since it began, in ms, by its name. */
  cpuTimes(): Map<string, number>;
  remove(): Promise<void>;
}

const TICKS_PER_SECOND = 100;

/** In user mode and in the kernel's, all threads together. */
function cpuMs(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '';
  const [user, kernel] = afterName.split(' ').slice(11, 13).map(Number);
  return (((user ?? 0) + (kernel ?? 0)) * 1000) / TICKS_PER_SECOND;
}

function listen({ pid, process: child }: Run): Teller {
  const told: Told[] = [];
  child.on('message', (message: Told & { type: string }) => {
    if (message.type === 'ran') told.push(message);
  });
  return { told, memory: () => residentBytes(pid) };
}

/** Temporal, Redis, API and control worker as ever, and the workers of the bench. */
export async function startBenchStack(): Promise<BenchStack> {
  const { startProgram, runs, control, ...children } = await startBenchChildren(() => ({ GPU_ID: 'bench:0' }));
  try {
    const gpu = listen(await startProgram('gpu', 'test/bench/dispatch/gpu-worker.js'));
    await startProgram('bare-control', 'test/bench/dispatch/bare-worker.js', 'control');
    const bareGpu = listen(await startProgram('bare-gpu', 'test/bench/dispatch/bare-worker.js', 'gpu'));
    const cpuTimes = () => new Map([...runs].map(([name, { pid }]) => [name, cpuMs(pid)]));
    return { ...children, control: listen(control), gpu, bareGpu, cpuTimes };
  } catch (error) {
    await children.remove();
    throw error;
  }
}
