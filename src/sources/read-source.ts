import { extensionOf } from '../assets/file-kind/extension.ts';
import { kindOf } from '../assets/file-kind/file-kind.ts';

/**
 * What a client wrote where the path of a file is expected: an address to fetch, or the bytes of the file.
 * `extension` is what the type beside the bytes says, without a dot.
 */
export type Source =
  | { address: string }
  | { bytes: Uint8Array; extension: string | undefined }
  /** Meant as a source, but not a valid one. */
  | { problem: string };

const LONGEST_ADDRESS = 8000;
const ADDRESS = /^https?:/i;
const DATA = /^data:/i;
/** The longest part of a data URI before its comma. */
const LONGEST_HEADER = 300;
/** Shorter texts are paths. The smallest pictures have some 30 bytes. */
const SHORTEST_BASE64 = 40;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

const PROBLEM = 'expected a data URI such as data:image/png;base64,…';

function readAddress(text: string): Source {
  const { protocol, hostname } = URL.canParse(text) ? new URL(text) : { protocol: '', hostname: '' };
  if (text.length > LONGEST_ADDRESS) return { problem: `expected an address of at most ${LONGEST_ADDRESS} characters` };
  if (!/^https?:$/.test(protocol) || hostname === '' || !/^https?:\/\//i.test(text))
    return { problem: 'expected a valid address such as https://example.com/fox.png' };
  return { address: text };
}

const bytesOfText = (text: string): Buffer | undefined => {
  try {
    return Buffer.from(decodeURIComponent(text));
  } catch {
    return undefined;
  }
};

function bytesOfBase64(text: string): Buffer | undefined {
  const bare = text.replaceAll(/\s/g, '').replaceAll('%3D', '=').replaceAll('%2B', '+').replaceAll('%2F', '/');
  return BASE64.test(bare) ? Buffer.from(bare, 'base64') : undefined;
}

function readData(text: string): Source {
  const comma = text.slice(0, LONGEST_HEADER).indexOf(',');
  if (comma === -1) return { problem: PROBLEM };
  const [type = '', ...parameters] = text.slice('data:'.length, comma).split(';');
  const content = text.slice(comma + 1);
  const isBase64 = parameters.at(-1)?.trim().toLowerCase() === 'base64';
  const bytes = isBase64 ? bytesOfBase64(content) : bytesOfText(content);
  if (bytes === undefined) return { problem: isBase64 ? `${PROBLEM}; what follows the comma is not base64` : PROBLEM };
  return bytes.length === 0
    ? { problem: `${PROBLEM}; this one has no content` }
    : { bytes, extension: extensionOf(type) };
}

/** The bytes of a picture, a film or a sound in bare base64; no path looks like this. */
function readBase64(text: string): Source | undefined {
  if (text.length < SHORTEST_BASE64 || text.includes('.')) return undefined;
  const bare = text.replaceAll(/[\r\n]/g, '');
  if (!BASE64.test(bare)) return undefined;
  const bytes = Buffer.from(bare, 'base64');
  const { family } = kindOf(bytes);
  return family === 'picture' || family === 'media' ? { bytes, extension: undefined } : undefined;
}

/** An address to fetch, or the bytes of a file. */
export type ValidSource = Exclude<Source, { problem: string }>;

/**
 * Reads a text in the place of a path; undefined if it is a path. Call it only for such places: elsewhere, as in a
 * caption, the same text is a text.
 */
export function readSource(sent: string): Source | undefined {
  const text = sent.trim();
  if (ADDRESS.test(text)) return readAddress(text);
  return DATA.test(text) ? readData(text) : readBase64(text);
}
