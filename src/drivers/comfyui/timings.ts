/** The waits of the driver, in milliseconds. */
export interface ComfyuiTimings {
  /** Between two polls of a prompt, unless an event triggers one sooner. */
  poll: number;
  /** For the answer to a small request. A real server sometimes stalls for 0.45 s. */
  request: number;
  /** For the answer to a submission. */
  submit: number;
  /** After a submission without a clear answer: how long the prompt must be absent before it is posted again. */
  settle: number;
  /** How long ComfyUI may be away before its work counts as lost. */
  away: number;
  /** How long prompts may wait while nothing runs. */
  frozen: number;
  /** How long a running prompt may send no event. While ComfyUI loads a large model, it sends none for minutes. */
  silence: number;
  /** How long a socket may send nothing about a running prompt before it is opened again; doubles each time. */
  socketSilence: number;
  /** Between pings on the socket; a missing pong closes it. */
  ping: number;
  /** How long an upload or a download may pause. */
  transfer: number;
  /** Between two cancels of a prompt that still runs. */
  cancel: number;
  /** How long memory may take to become free after `/free`. */
  memory: number;
  /** How long a restart of ComfyUI may take until it answers. */
  restart: number;
  /** For a probe, and for every request before a task is accepted. */
  probe: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const DEFAULT_TIMINGS: ComfyuiTimings = {
  poll: SECOND,
  request: 10 * SECOND,
  submit: 30 * SECOND,
  settle: 3 * SECOND,
  away: 20 * SECOND,
  frozen: MINUTE,
  silence: 30 * MINUTE,
  socketSilence: 30 * SECOND,
  ping: 10 * SECOND,
  transfer: MINUTE,
  cancel: 500,
  memory: MINUTE,
  restart: 3 * MINUTE,
  probe: 3 * SECOND,
};
