import type { AppError } from '../errors.ts';

/**
 * Counts what clients have open at one time.
 * @param options.most places of all clients. @param options.mostPerClient places of one client.
 * @param options.refuse the error for a client that has `ofClient` places; of all clients together if `isFull`.
 * @returns a function that takes a place for a client, and returns a function that gives it back, once.
 */
export function createPlaces(options: {
  most: number;
  mostPerClient: number;
  refuse: (state: { ofClient: number; isFull: boolean }) => AppError;
}): (client: string) => () => void {
  const { most, mostPerClient, refuse } = options;
  const ofClients = new Map<string, number>();
  let open = 0;
  return (client) => {
    const ofClient = ofClients.get(client) ?? 0;
    if (ofClient >= mostPerClient) throw refuse({ ofClient, isFull: false });
    if (open >= most) throw refuse({ ofClient, isFull: true });
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
