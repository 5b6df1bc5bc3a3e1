import { useLayoutEffect } from 'react';
import { useDelayRender } from 'remotion';

/**
 * Runs work that must finish before a frame is drawn. It starts when `dependencies` change, and the frame waits for it.
 * A failure fails the render. Work for an earlier frame is aborted, and its outcome is ignored.
 */
export function useDelayed(
  label: string,
  work: (signal: AbortSignal) => Promise<void> | undefined,
  dependencies: readonly unknown[],
): void {
  const { delayRender, continueRender, cancelRender } = useDelayRender();
  useLayoutEffect(() => {
    const abort = new AbortController();
    const handle = delayRender(label);
    const release = (): void => continueRender(handle);
    Promise.resolve(work(abort.signal)).then(release, (error: unknown) => {
      if (!abort.signal.aborted) cancelRender(error);
    });
    return () => {
      abort.abort();
      release();
    };
  }, dependencies);
}
