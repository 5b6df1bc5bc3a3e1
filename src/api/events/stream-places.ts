import { AppError } from '../../errors.ts';

/** Open streams of one API process. */
export const MOST_STREAMS = 2000;
/** Open streams of one client in one API process. */
export const MOST_STREAMS_PER_CLIENT = 500;

/**
 * Counts the open streams.
 * @returns a function that takes a place for a client, and returns a function that gives it back.
 */
export function createStreamPlaces({ most = MOST_STREAMS, mostPerClient = MOST_STREAMS_PER_CLIENT } = {}) {
  const ofClients = new Map<string, number>();
  let open = 0;
  /** @throws {AppError} `too_many_streams` of this client; `streams_full` */
  return (client: string): (() => void) => {
    const ofClient = ofClients.get(client) ?? 0;
    if (ofClient >= mostPerClient) throw new AppError('too_many_streams', `${ofClient} are open`);
    if (open >= most) throw new AppError('streams_full');
    open++;
    ofClients.set(client, ofClient + 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      open--;
      const left = (ofClients.get(client) ?? 1) - 1;
      if (left > 0) ofClients.set(client, left);
      else ofClients.delete(client);
    };
  };
}
