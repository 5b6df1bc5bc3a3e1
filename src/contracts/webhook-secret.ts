const PREFIX = 'whsec_';
const [LEAST_BYTES, MOST_BYTES] = [24, 64];

/**
 * The bytes of a secret in the form of Standard Webhooks: `whsec_` and 24 to 64 bytes in base64 with its padding. The
 * prefix may be missing. @returns null for anything else.
 */
export function parseSecret(text: string): Buffer | null {
  const encoded = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
  const bytes = Buffer.from(encoded, 'base64');
  // Node skips what is not base64.
  const isExact = bytes.toString('base64') === encoded;
  return isExact && bytes.length >= LEAST_BYTES && bytes.length <= MOST_BYTES ? bytes : null;
}
