import { VALUE } from './engine-facts.ts';

/** A file under ASSET_PATH in the form for clients. */
export interface StoredFile {
  /** Relative to ASSET_PATH; payloads may use this path. */
  path: string;
  /** Its address on this API: `/assets/…`, percent-encoded. */
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
