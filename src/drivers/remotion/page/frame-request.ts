/** A request for one frame of a clip that the browser itself cannot decode. `time` is in seconds. */
export interface FrameRequest {
  /** Absolute. */
  file: string;
  time: number;
  transparent: boolean;
  toneMapped: boolean;
}

/** @returns a PNG or a BMP. @throws if the file has no such picture. */
export type ExtractFrame = (request: FrameRequest) => Promise<Uint8Array>;

/**
 * Parses the request `/proxy?src=<URL of the film>&time=…&transparent=…&toneMapped=…` of Remotion's page; null for
 * anything else.
 * @param origin of the page; a clip of another origin is refused.
 */
export function frameRequest(url: string, origin: string): (Omit<FrameRequest, 'file'> & { path: string }) | null {
  try {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const film = new URL(searchParams.get('src') ?? '');
    const time = Number(searchParams.get('time') ?? Number.NaN);
    if (pathname !== '/proxy' || film.origin !== origin || !Number.isFinite(time) || time < 0) return null;
    return {
      path: decodeURIComponent(film.pathname),
      time,
      transparent: searchParams.get('transparent') === 'true',
      toneMapped: searchParams.get('toneMapped') === 'true',
    };
  } catch {
    return null;
  }
}
