import { hostname } from 'node:os';
import type { NamedHolder } from './card-lock.ts';

/** The name of this process, which takes a lock now. */
export const writeHolderName = (): string =>
  JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() } satisfies NamedHolder);

/** Undefined for anything but a name: holders of earlier versions gave none. */
export function readHolderName(text: string): NamedHolder | undefined {
  try {
    const { pid, host, since } = JSON.parse(text) as Partial<NamedHolder>;
    const isName = Number.isInteger(pid) && typeof host === 'string' && !Number.isNaN(Date.parse(since ?? ''));
    return isName ? { pid: pid ?? 0, host, since: since ?? '' } : undefined;
  } catch {
    return undefined;
  }
}
