import { z } from 'zod';
import type { StoredFile } from './stored-file.ts';

/** A {@link StoredFile} in an answer. */
export const storedFileSchema = z
  .strictObject({
    path: z.string().describe('Relative to ASSET_PATH; payloads may name the file so.'),
    url: z.string().describe('Where this API serves the file: `/assets/…`, percent-encoded.'),
    kind: z.string().describe('`image`, `video`, `audio`, `3d`, `text` or `other`.'),
    content_type: z.string().describe('The media type, by the bytes of the file.'),
    size_bytes: z.int().min(0),
    sha256: z.string().describe('The hash of the file, in hexadecimal.'),
  })
  .meta({ id: 'StoredFile', description: 'A file under ASSET_PATH.' }) satisfies z.ZodType<StoredFile>;
