import { vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { Work } from './pipeline-rig.ts';

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

/** Decides what becomes of the work that the stand-ins for the engines are given; at first all of it succeeds. */
export function createGate() {
  const gate = vi.fn<(work: Work) => Promise<void>>().mockResolvedValue();

  /** Work fails, for good, until the returned function is called. */
  function breaks(what: string): () => void {
    let broken = true;
    const others = gate.getMockImplementation();
    gate.mockImplementation((work) =>
      work.what === what && broken
        ? Promise.reject(new AppError('comfyui_refused', what))
        : (others?.(work) ?? Promise.resolve()),
    );
    return () => {
      broken = false;
    };
  }

  /** Resolves when such work has begun. All of it goes on until it is aborted or let go, which may be before it begins. */
  function holds(what: string): { begun: Promise<Work>; letGo: () => void } {
    let letGo = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const begun = new Promise<Work>((begin) => {
      gate.mockImplementation((work) => {
        if (work.what !== what) return Promise.resolve();
        begin(work);
        return Promise.race([released, aborted(work.signal)]);
      });
    });
    return { begun, letGo: () => letGo() };
  }

  return { gate, breaks, holds };
}
