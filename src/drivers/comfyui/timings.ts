/** How long the driver waits for what. All in milliseconds. */
export interface ComfyuiTimings {
  /** Between two looks at a prompt when no event calls for one sooner. */
  poll: number;
  /** For an answer to a small request; a real server stalls for 0.45 s now and then. */
  request: number;
  /** For the answer to a submission. */
  submit: number;
  /** How long a submission without a clear answer must stay unseen before it may be sent again. */
  settle: number;
  /** How long ComfyUI may be away before its work counts as lost. */
  away: number;
  /** How long prompts may wait while nothing runs. */
  frozen: number;
  /** How long a running prompt may show no sign of life; loading a big model shows none for minutes. */
  silence: number;
  /** How long a socket may say nothing about a running prompt before it is opened anew; doubles each time. */
  socketSilence: number;
  /** Between pings on the socket; a missing pong closes it. */
  ping: number;
  /** How long an upload or a download may stand still. */
  transfer: number;
  /** Between two cancels of a prompt that still runs. */
  cancel: number;
  /** How long memory may take to come back after `/free`. */
  memory: number;
  /** How long a restart of ComfyUI may take until it answers. */
  restart: number;
  /** For a probe, and for all that is asked before a task is accepted. */
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
