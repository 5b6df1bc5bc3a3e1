import mime from 'mime-types';

/** The usual extensions of types to which the registry gives an unusual one first, or none. */
const USUAL: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/aac': 'aac',
  'audio/ac3': 'ac3',
  'audio/eac3': 'eac3',
  'audio/ogg': 'ogg',
  'video/quicktime': 'mov',
};

/** `audio/mpeg` → `mp3`; undefined for a type that has none. Parameters of the type do not matter. */
export function extensionOf(contentType: string): string | undefined {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return (Object.hasOwn(USUAL, type) ? USUAL[type] : undefined) ?? (mime.extension(type) || undefined);
}
