/**
 * Switches for everything that goes wrong with a real server. Set them at any time: `simulator.setFaults({ frozen: true
 * })`. Numbers named "next …" count down with each use.
 */
export const noFaults = () => ({
  /** Sockets stay open and answer pings, but nothing is sent on them. */
  silent: false,
  /** Nothing is read from sockets or sent on them, not even pongs: the other side seems to be there but is not. */
  halfOpen: false,
  /** A zombie: HTTP answers, the queue stands still, running prompts too. */
  frozen: false,
  /**
   * The next so many runs end in `torch.OutOfMemoryError` at their sampler, or at their first output node when they
   * have none.
   */
  outOfMemory: 0,
  /** Memory taken by an out of memory failure does not come back with `/free`. */
  memoryNeverFreed: false,
  /** The next so many runs raise this at the same place. */
  failures: { times: 0, type: 'RuntimeError', message: 'CUDA error: an illegal memory access was encountered' },
  /** The next so many prompts are accepted with `node_errors`: one output is dropped, unless it is the only one. */
  partialAccepts: 0,
  /** The next so many prompts are answered with the files of the last run, which may be gone. */
  cachedAnswers: 0,
  /** The next so many cancels and interrupts are answered as if they worked, and do nothing. */
  loseCancels: 0,
  /** Between `execution_success` and the entry in history; a real one takes 2–6 ms, once 402 ms. */
  historyDelayMs: 3,
  /** The next so many `POST /prompt` are queued and answered with 500. */
  errorsAfterQueueing: 0,
  /** The next so many `POST /prompt` are queued and answered like this, as a proxy does. */
  oddAfterQueueing: { times: 0, status: 502, body: '502 Bad Gateway' },
  /** The next so many `POST /prompt` are queued, then the connection is cut without an answer. */
  resetsAfterQueueing: 0,
  /** The next so many `POST /prompt` are queued, and the answer begins and never ends. */
  tricklesAfterQueueing: 0,
  /** The next so many `POST /prompt` are queued and never answered. */
  hangsAfterQueueing: 0,
  /** The next so many `POST /prompt` are neither queued nor answered. */
  hangsBeforeQueueing: 0,
  /** A proxy in front answers everything with 502 and plain text. */
  badGateway: false,
  /** Every answer waits this long first: the stalls of a busy process. */
  answerDelayMs: 0,
  /** The next so many `GET /view` break off in the middle of the body. */
  brokenDownloads: 0,
  /** Extra milliseconds by class; such a node does not look at the interrupt flag. */
  slowNodes: {} as Record<string, number>,
  /** Model files that are gone, as `file` or `folder/file`. */
  missingModels: [] as string[],
  /** The next so many runs also report an `ExecutionBlocked` error of a branch, which ends nothing. */
  blockedBranches: 0,
  /** Strings `"NaN"` leave the server bare, as Python writes the number. */
  bareNumbers: false,
  /** Paths that are answered with 200 and this text instead. */
  strangeAnswers: {} as Record<string, string>,
  /** Paths whose answers come byte by byte and never end. */
  trickles: [] as string[],
  /** Prompts get ids of the server's own, as before ComfyUI knew `prompt_id`. */
  ownPromptIds: false,
});
export type Faults = ReturnType<typeof noFaults>;

type Countdown = { [Key in keyof Faults]: Faults[Key] extends number ? Key : never }[keyof Faults];

/** Whether a switch that counts down is on; uses one up. */
export function useUp(faults: Faults, name: Countdown): boolean {
  if (faults[name] <= 0) return false;
  faults[name]--;
  return true;
}
