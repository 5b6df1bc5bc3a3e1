/** Takes a place for a request to a host. @returns what gives it back; null if there are too many requests already. */
export type SendSlots = (host: string) => (() => void) | null;

/**
 * Limits how many requests are under way at once, in total and to one host, so that receivers that do not answer hold up
 * neither each other nor the other work of the control worker.
 */
export function createSendSlots({ most, mostPerHost }: { most: number; mostPerHost: number }): SendSlots {
  const underWay = new Map<string, number>();
  let all = 0;
  return (host) => {
    const ofHost = underWay.get(host) ?? 0;
    if (all >= most || ofHost >= mostPerHost) return null;
    all += 1;
    underWay.set(host, ofHost + 1);
    return () => {
      all -= 1;
      const left = (underWay.get(host) ?? 1) - 1;
      if (left === 0) underWay.delete(host);
      else underWay.set(host, left);
    };
  };
}
