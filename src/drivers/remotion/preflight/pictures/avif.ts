import { BrokenPictureError, cutOff, type Picture } from './picture.ts';

const ALPHA = 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha';

/** Walks the boxes of one level. @throws {BrokenPictureError} when one reaches over the end. */
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

const childOf = (file: Buffer, name: string): Buffer | undefined =>
  [...boxes(file)].find((box) => box.name === name)?.body;

/** Length in seconds of the first track in a `moov` box; the box's own length may stand for endless repetition. */
function sequenceSeconds(moov: Buffer): number {
  const header = ['trak', 'mdia', 'mdhd'].reduce<Buffer | undefined>((box, name) => box && childOf(box, name), moov);
  if (header === undefined) return 0;
  const isLong = header.readUInt8(0) === 1;
  const scale = header.readUInt32BE(isLong ? 20 : 12);
  const length = isLong ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  return scale === 0 ? 0 : length / scale;
}

/** Reads an AVIF picture or sequence. Of several sizes (tiles, thumbnails) the largest is the picture's. @throws {BrokenPictureError | RangeError} */
export function readAvif(file: Buffer): Picture {
  const top = [...boxes(file)];
  const meta = top.find(({ name }) => name === 'meta')?.body.subarray(4);
  if (!top.some(({ name }) => name === 'mdat') && !(meta && childOf(meta, 'idat'))) throw cutOff();
  const properties = meta && childOf(meta, 'iprp');
  const list = [...boxes((properties && childOf(properties, 'ipco')) ?? Buffer.alloc(0))];
  const sizes = list
    .filter(({ name }) => name === 'ispe')
    .map(({ body }): [number, number] => [body.readUInt32BE(4), body.readUInt32BE(8)])
    .toSorted(([a, b], [c, d]) => c * d - a * b);
  const [size] = sizes;
  if (size === undefined) throw new BrokenPictureError('is damaged: it does not say how large it is');
  const turned = list.some(({ name, body }) => name === 'irot' && (body.readUInt8(0) & 1) === 1);
  const [width = 0, height = 0] = turned ? size.toReversed() : size;
  const moov = top.find(({ name }) => name === 'moov')?.body;
  return {
    width,
    height,
    transparent: list.some(({ name, body }) => name === 'auxC' && body.includes(ALPHA)),
    durationSeconds: moov === undefined ? null : sequenceSeconds(moov),
  };
}
