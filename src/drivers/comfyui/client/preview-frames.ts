import { z } from 'zod';

/** A picture of a sampler's unfinished work. */
export interface Preview {
  /** The node that made it; null if the server did not say. */
  node: string | null;
  contentType: 'image/jpeg' | 'image/png';
  bytes: Uint8Array;
}

/** Larger pictures are no previews: ComfyUI makes previews of at most 512 pixels. */
export const LARGEST_PREVIEW_BYTES = 192 * 1024;

/** Types of binary frames, in their first four bytes (big-endian). */
const PICTURE = 1;
const PICTURE_WITH_METADATA = 4;

const metadataSchema = z.looseObject({ prompt_id: z.string(), node_id: z.coerce.string() });

function typeOf(bytes: Uint8Array): Preview['contentType'] | undefined {
  const head = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (head.startsWith('ffd8ff')) return 'image/jpeg';
  return head === '89504e47' ? 'image/png' : undefined;
}

function readMetadata(json: Buffer): z.infer<typeof metadataSchema> | undefined {
  try {
    return metadataSchema.safeParse(JSON.parse(json.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/**
 * Parses a binary frame as a preview of the given prompt; null for other prompts, other frames and large pictures. A
 * frame without metadata belongs to the prompt that runs, because ComfyUI runs one prompt at a time.
 * @param isRunning whether the given prompt runs.
 */
export function readPreview(frame: Buffer, promptId: string, isRunning: boolean): Preview | null {
  if (frame.length < 8) return null;
  const [event, second] = [frame.readUInt32BE(0), frame.readUInt32BE(4)];
  let node: string | null = null;
  let bytes = frame.subarray(8);
  if (event === PICTURE_WITH_METADATA) {
    if (second > bytes.length) return null;
    const metadata = readMetadata(bytes.subarray(0, second));
    if (metadata?.prompt_id !== promptId) return null;
    node = metadata.node_id;
    bytes = bytes.subarray(second);
  } else if (event !== PICTURE || !isRunning) return null;
  const contentType = typeOf(bytes);
  if (contentType === undefined || bytes.length > LARGEST_PREVIEW_BYTES) return null;
  return { node, contentType, bytes };
}
