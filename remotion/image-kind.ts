/** Formats that may hold an animation, by the MIME type that `ImageDecoder` wants. */
export type MaybeAnimated = 'image/gif' | 'image/png' | 'image/webp' | 'image/avif';

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/**
 * The format of a file, from its first 12 bytes, because names may be wrong; null if it cannot be animated or is
 * unknown.
 */
export function maybeAnimated(head: Uint8Array): MaybeAnimated | null {
  if (/^GIF8[79]a/.test(ascii(head, 0, 6))) return 'image/gif';
  if (ascii(head, 1, 4) === 'PNG') return 'image/png';
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return 'image/webp';
  // `avis` is a sequence; a single AVIF picture is `avif`.
  return ascii(head, 4, 12) === 'ftypavis' ? 'image/avif' : null;
}
