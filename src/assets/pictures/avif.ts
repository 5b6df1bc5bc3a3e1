import type { ByteView } from './byte-view.ts';
import { BrokenPictureError, cutOff, type PictureFile } from './picture.ts';

const MOST_META_BYTES = 2 ** 20;
const ALPHA = 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha';

/** Walks the boxes within a part of a file. @throws {BrokenPictureError} if a box extends beyond the end. */
function* boxes(file: Buffer): Generator<{ name: string; body: Buffer }> {
  for (let at = 0; at + 8 <= file.length;) {
    const short = file.readUInt32BE(at);
    const [header, length] =
      short === 1 ? [16, Number(file.readBigUInt64BE(at + 8))] : [8, short === 0 ? file.length - at : short];
    if (length < header || at + length > file.length) throw cutOff();
    yield { name: file.toString('latin1', at + 4, at + 8), body: file.subarray(at + header, at + length) };
    at += length;
  }
}

function childOf(file: Buffer, name: string): Buffer | undefined {
  for (const box of boxes(file)) if (box.name === name) return box.body;
  return undefined;
}

interface TopBoxes {
  hasData: boolean;
  meta?: Buffer;
  moov?: Buffer;
}

/** The needed boxes at the top level of a file. */
async function topBoxes(file: ByteView): Promise<TopBoxes> {
  const found: TopBoxes = { hasData: false };
  for (let at = 0; at + 8 <= file.size;) {
    const short = await file.u32be(at);
    const name = (await file.part(at + 4, 4)).toString('latin1');
    const header = short === 1 ? 16 : 8;
    const long = short === 1 ? Number((await file.part(at + 8, 8)).readBigUInt64BE()) : short;
    const length = short === 0 ? file.size - at : long;
    if (length < header || at + length > file.size) throw cutOff();
    if (name === 'meta' || name === 'moov') {
      if (length - header > MOST_META_BYTES) throw new BrokenPictureError('is damaged: its description is too long');
      found[name] ??= await file.part(at + header, length - header);
    }
    if (name === 'mdat') found.hasData = true;
    at += length;
  }
  return found;
}

/** Length in seconds of the first track in a `moov` box; the length in the box itself may mean endless repetition. */
function sequenceSeconds(moov: Buffer): number {
  const header = ['trak', 'mdia', 'mdhd'].reduce<Buffer | undefined>((box, name) => box && childOf(box, name), moov);
  if (header === undefined) return 0;
  const isLong = header.readUInt8(0) === 1;
  const scale = header.readUInt32BE(isLong ? 20 : 12);
  const length = isLong ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  return scale === 0 ? 0 : length / scale;
}

/**
 * Reads an AVIF picture or sequence. If there are several sizes (tiles, thumbnails), the largest one counts. @throws
 * {BrokenPictureError | RangeError}
 */
export async function readAvif(file: ByteView): Promise<PictureFile> {
  const { hasData, meta: withVersion, moov } = await topBoxes(file);
  const meta = withVersion?.subarray(4);
  if (!hasData && !(meta && childOf(meta, 'idat'))) throw cutOff();
  const properties = meta && childOf(meta, 'iprp');
  const list = [...boxes((properties && childOf(properties, 'ipco')) ?? Buffer.alloc(0))];
  const sizes = list
    .filter(({ name }) => name === 'ispe')
    .map(({ body }): [number, number] => [body.readUInt32BE(4), body.readUInt32BE(8)])
    .toSorted(([a, b], [c, d]) => c * d - a * b);
  const [size] = sizes;
  if (size === undefined) throw new BrokenPictureError('is damaged: its size is missing');
  const turned = list.some(({ name, body }) => name === 'irot' && (body.readUInt8(0) & 1) === 1);
  const [width = 0, height = 0] = turned ? size.toReversed() : size;
  return {
    width,
    height,
    transparent: list.some(({ name, body }) => name === 'auxC' && body.includes(ALPHA)),
    durationSeconds: moov === undefined ? null : sequenceSeconds(moov),
  };
}
