import { openEventSocket } from '../client/event-socket.ts';
import { createNotifier } from '../client/pause.ts';
import { readPreview } from '../client/preview-frames.ts';
import { readEvent } from '../client/socket-events.ts';
import type { Attempt } from '../job.ts';
import { createWatchdog } from '../server/watchdog.ts';
import { createProgress } from './progress.ts';

/** Receives the events of one prompt from the socket, and reports its progress. */
export type Listener = ReturnType<typeof listenToPrompt>;

export function listenToPrompt(
  { http, timings, job, onProgress, onPreview }: Attempt,
  { promptId, clientId }: { promptId: string; clientId: string },
) {
  const notifier = createNotifier();
  const watchdog = createWatchdog(timings);
  const progress = createProgress(job.input.graph);
  let expected = promptId;
  let isRunning = false;
  let heardEnd = false;
  const onText = (text: string): void => {
    const event = readEvent(text, expected);
    if (event === null) return;
    const { type } = event;
    if (type !== 'queue') watchdog.sign();
    heardEnd ||= type === 'ended';
    if (type !== 'queue') isRunning = type !== 'ended';
    progress.apply(event);
    const { fraction, text: step, stage } = progress.current();
    if (type === 'steps' || type === 'states' || type === 'node') onProgress(fraction, step, stage);
    if (type === 'queue' || type === 'started' || type === 'ended') notifier.notify();
  };
  const onBinary = (frame: Buffer): void => {
    const preview = readPreview(frame, expected, isRunning);
    if (preview !== null) onPreview(preview);
  };
  const socket = openEventSocket(http, clientId, { onText, onBinary }, timings);
  return {
    socket,
    watchdog,
    /** Sets the server's id of the prompt, whose events count from now on. */
    expect: (serverId: string) => void (expected = serverId),
    /** Ends after `ms`, or when an event says that the prompt's state may have changed. */
    waitForChange: (ms: number, signal: AbortSignal) => notifier.wait(ms, signal),
    /** Whether an event said that the prompt has ended; its history entry may come a little later. */
    hasHeardEnd: () => heardEnd,
  };
}
