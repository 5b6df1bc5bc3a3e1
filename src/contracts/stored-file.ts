import { VALUE } from './engine-facts.ts';

/** A file under ASSET_PATH, as clients see it. */
export interface StoredFile {
  /** Relative to ASSET_PATH; payloads may name it so. */
  path: string;
  /** Where this API serves it: `/assets/…`, percent-encoded. */
  url: string;
  /** `image`, `video`, `audio`, `3d`, `text` or `other`. */
  kind: string;
  content_type: string;
  size_bytes: number;
  /** In hexadecimal. */
  sha256: string;
}

/** The shape of a {@link StoredFile}. */
export const STORED_FILE = {
  path: VALUE,
  url: VALUE,
  kind: VALUE,
  content_type: VALUE,
  size_bytes: VALUE,
  sha256: VALUE,
} as const;
