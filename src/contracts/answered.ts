/** An answered request, for monitoring. */
export interface Answered {
  method: string;
  /** The path of its route with names in the place of values; undefined for an address that no route has. */
  route: string | undefined;
  /** 499 if the client left before the answer. */
  status: number;
  /** From the arrival of the request to the end of its answer. */
  seconds: number;
}
