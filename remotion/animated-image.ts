import { maybeAnimated } from './image-kind.ts';

/** As in browsers and ffmpeg, a picture with a duration of 10 ms or less stays for 100 ms. */
const SHORTEST_US = 10_000;
const USUAL_US = 100_000;

/** @throws the error of Remotion's own `<Img>` if the file does not exist. */
export async function fetchImage(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`Error loading image with src: ${url}`);
  return response;
}

/**
 * Opens a GIF, animated WebP, APNG or AVIF sequence, so that its pictures can be read by number. The caller must close
 * it.
 * @returns null for a file without animation.
 * @throws if the file is missing or damaged.
 */
export async function openAnimated(url: string, signal: AbortSignal): Promise<ImageDecoder | null> {
  return animationIn(await fetchImage(url, signal), url, signal);
}

/** {@link openAnimated} for a fetched file. */
export async function animationIn(response: Response, url: string, signal: AbortSignal): Promise<ImageDecoder | null> {
  const data = await response.arrayBuffer();
  const type = maybeAnimated(new Uint8Array(data, 0, Math.min(12, data.byteLength)));
  if (type === null) return null;
  const decoder = new ImageDecoder({ data, type });
  try {
    await Promise.all([decoder.completed, decoder.tracks.ready]);
    signal.throwIfAborted();
  } catch (error) {
    decoder.close();
    throw new Error(`Error loading image with src: ${url}`, { cause: error });
  }
  const track = decoder.tracks.selectedTrack;
  if (track !== null && track.animated && track.frameCount > 1) return decoder;
  decoder.close();
  return null;
}

/** The duration of each picture in µs. Decodes all pictures, because only decoded pictures have a duration. */
export async function pictureDurations(decoder: ImageDecoder): Promise<number[]> {
  const durations: number[] = [];
  for (let frameIndex = 0; frameIndex < (decoder.tracks.selectedTrack?.frameCount ?? 0); frameIndex++) {
    const { image } = await decoder.decode({ frameIndex });
    const duration = image.duration ?? 0;
    durations.push(duration <= SHORTEST_US ? USUAL_US : duration);
    image.close();
  }
  return durations;
}

/** Paints one picture on a canvas, which gets the size of the picture. */
export async function paintPicture(decoder: ImageDecoder, index: number, canvas: HTMLCanvasElement): Promise<void> {
  const { image } = await decoder.decode({ frameIndex: index });
  canvas.width = image.displayWidth;
  canvas.height = image.displayHeight;
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  image.close();
}

/** The URL of the first picture as a PNG. The caller must revoke it. */
export async function firstPicture(decoder: ImageDecoder): Promise<string> {
  const canvas = document.createElement('canvas');
  await paintPicture(decoder, 0, canvas);
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  if (png === null) throw new Error('The first picture of an animated image is too large for a canvas');
  return URL.createObjectURL(png);
}
