import type { Graph } from '../../../contracts/comfyui.ts';
import { AppError } from '../../../errors.ts';
import { type Bell, createBell, pause } from '../client/pause.ts';
import type { Queue } from '../client/api.ts';
import type { Engine, Phase, Server } from '../context.ts';
import { type EventSocket, openEventSocket } from '../client/event-socket.ts';
import { type ComfyuiEvent, readEvent } from '../client/socket-events.ts';
import { type Ended, look } from './prompt-state.ts';
import { createProgress } from './progress.ts';
import { createTolerance } from '../client/grace-period.ts';
import { type Watchdog, createWatchdog } from '../server/watchdog.ts';

export interface FollowControl {
  signal: AbortSignal;
  onPhase: (phase: Phase) => void;
  onProgress: (fraction: number, text: string) => void;
}

export interface Listener {
  socket: EventSocket;
  /** Which prompt's events count from now on. */
  rename: (promptId: string) => void;
  bell: Bell;
  watchdog: Watchdog;
  /** Set by the event that says the prompt is over; its history entry may come a little later. */
  heardEnd: () => boolean;
}

/** After the socket said that it is over, looks follow this closely: the history entry comes up to 0.4 s after the event (recording 13). */
const SOON = 40;
const MOST_SOON = 50;
/** How long looks must agree before a prompt counts as lost: one can fall between queue and history. */
const ABSENT = 500;
/** The queue changes for everybody's prompts; not each change is worth a look. */
const LEAST_PAUSE = 25;

/** Opens the socket of a prompt before it is posted, so that nothing of it is missed. */
export function listen(engine: Engine, promptId: string, graph: Graph, control: FollowControl): Listener {
  const bell = createBell();
  const watchdog = createWatchdog(engine.timings);
  const progress = createProgress(graph);
  let ended = false;
  const onEvent = (event: ComfyuiEvent): void => {
    if (event.type !== 'queue') watchdog.sign();
    ended ||= event.type === 'ended';
    progress.apply(event);
    const { fraction, text } = progress.current();
    if (event.type === 'steps' || event.type === 'states' || event.type === 'node') control.onProgress(fraction, text);
    if (event.type === 'queue' || event.type === 'started' || event.type === 'ended') bell.ring();
  };
  let heard = promptId;
  const onFrame = (text: string): void => {
    const event = readEvent(text, heard);
    if (event !== null) onEvent(event);
  };
  const socket = openEventSocket(engine.http, promptId, onFrame, engine.timings);
  return { socket, rename: (id) => void (heard = id), bell, watchdog, heardEnd: () => ended };
}

/**
 * Follows a posted prompt to its end by looking at it; the socket only makes the next look come sooner.
 * @throws {AppError} `comfyui_lost`, `comfyui_frozen`, `comfyui_stalled`; the signal's reason.
 */
export async function follow(
  engine: Engine,
  server: Server,
  promptId: string,
  { socket, bell, watchdog, heardEnd }: Listener,
  { signal, onPhase }: FollowControl,
): Promise<Ended> {
  const { api, timings } = engine;
  const tolerance = createTolerance(timings.away);
  let absentSince: number | undefined;
  let hurries = 0;
  for (;;) {
    let queue: Queue | undefined;
    const sight = await tolerance.over(async () => {
      const seen = await look(api, server.abilities, promptId, signal);
      if (seen.state === 'pending') queue = await api.queue(signal);
      return seen;
    });
    if (sight?.state === 'ended') return sight;
    if (sight?.state !== 'absent') absentSince = undefined;
    else absentSince ??= performance.now();
    if (absentSince !== undefined && performance.now() - absentSince >= ABSENT)
      throw new AppError('comfyui_lost', 'the prompt neither waits nor runs nor has it ended');
    if (sight?.state === 'pending' && queue !== undefined) {
      const others = queue.running.filter((item) => item.promptId !== promptId);
      onPhase(others.length > 0 ? 'waiting for other work on ComfyUI' : 'queued');
      watchdog.waiting(queue.running.length > 0);
    }
    if (sight?.state === 'running') {
      onPhase('running');
      watchdog.running();
      if (watchdog.socketQuiet()) socket.renew();
    }
    const hurry = absentSince !== undefined || (heardEnd() && hurries++ < MOST_SOON);
    await pause(LEAST_PAUSE, signal);
    await bell.wait(hurry ? SOON : timings.poll, signal);
  }
}
