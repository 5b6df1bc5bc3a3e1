/**
 * Switches for everything that goes wrong with a real server. Set them at any time: `simulator.setFaults({ frozen: true
 * })`. Numbers named "next …" count down with each use.
 */
export interface Faults {
  /** Sockets stay open and answer pings, but nothing is sent on them. */
  silent: boolean;
  /** Nothing is read from sockets or sent on them, not even pongs: the other side seems to be there but is not. */
  halfOpen: boolean;
  /** A zombie: HTTP answers, the queue stands still, running prompts too. */
  frozen: boolean;
  /**
   * The next so many runs end in `torch.OutOfMemoryError` at their sampler, or at their first output node when they
   * have none.
   */
  outOfMemory: number;
  /** Memory taken by an out of memory failure does not come back with `/free`. */
  memoryNeverFreed: boolean;
  /** The next so many runs raise this at the same place. */
  failures: { times: number; type: string; message: string };
  /** The next so many prompts are accepted with `node_errors`: one output is dropped, unless it is the only one. */
  partialAccepts: number;
  /** The next so many prompts are answered with the files of the last run, which may be gone. */
  cachedAnswers: number;
  /** The next so many cancels and interrupts are answered as if they worked, and do nothing. */
  loseCancels: number;
  /** Between `execution_success` and the entry in history; a real one takes 2–6 ms, once 402 ms. */
  historyDelayMs: number;
  /** The next so many `POST /prompt` are queued and answered with 500. */
  errorsAfterQueueing: number;
  /** The next so many `POST /prompt` are queued and answered like this, as a proxy does. */
  oddAfterQueueing: { times: number; status: number; body: string };
  /** The next so many `POST /prompt` are queued, then the connection is cut without an answer. */
  resetsAfterQueueing: number;
  /** The next so many `POST /prompt` are queued, and the answer begins and never ends. */
  tricklesAfterQueueing: number;
  /** The next so many `POST /prompt` are queued and never answered. */
  hangsAfterQueueing: number;
  /** The next so many `POST /prompt` are neither queued nor answered. */
  hangsBeforeQueueing: number;
  /** A proxy in front answers everything with 502 and plain text. */
  badGateway: boolean;
  /** Every answer waits this long first: the stalls of a busy process. */
  answerDelayMs: number;
  /** The next so many `GET /view` break off in the middle of the body. */
  brokenDownloads: number;
  /** Extra milliseconds by class; such a node does not look at the interrupt flag. */
  slowNodes: Record<string, number>;
  /** Model files that are gone, as `file` or `folder/file`. */
  missingModels: string[];
  /** The next so many runs also report an `ExecutionBlocked` error of a branch, which ends nothing. */
  blockedBranches: number;
  /** Strings `"NaN"` leave the server bare, as Python writes the number. */
  bareNumbers: boolean;
  /** Paths that are answered with 200 and this text instead. */
  strangeAnswers: Record<string, string>;
  /** Paths whose answers come byte by byte and never end. */
  trickles: string[];
  /** Prompts get ids of the server's own, as before ComfyUI knew `prompt_id`. */
  ownPromptIds: boolean;
}

export const noFaults = (): Faults => ({
  silent: false,
  halfOpen: false,
  frozen: false,
  outOfMemory: 0,
  memoryNeverFreed: false,
  failures: { times: 0, type: 'RuntimeError', message: 'CUDA error: an illegal memory access was encountered' },
  partialAccepts: 0,
  cachedAnswers: 0,
  loseCancels: 0,
  historyDelayMs: 3,
  errorsAfterQueueing: 0,
  oddAfterQueueing: { times: 0, status: 502, body: '502 Bad Gateway' },
  resetsAfterQueueing: 0,
  tricklesAfterQueueing: 0,
  hangsAfterQueueing: 0,
  hangsBeforeQueueing: 0,
  badGateway: false,
  answerDelayMs: 0,
  brokenDownloads: 0,
  slowNodes: {},
  missingModels: [],
  blockedBranches: 0,
  bareNumbers: false,
  strangeAnswers: {},
  trickles: [],
  ownPromptIds: false,
});

type Countdown = { [Key in keyof Faults]: Faults[Key] extends number ? Key : never }[keyof Faults];

/** Whether a switch that counts down is on; uses one up. */
export function useUp(faults: Faults, name: Countdown): boolean {
  if (faults[name] <= 0) return false;
  faults[name]--;
  return true;
}
