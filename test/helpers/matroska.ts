type Element = readonly [id: number, body: Buffer | readonly Element[]];

function uint(value: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(value, 0, 6);
  return bytes;
}

/** EBML: each element is its id, its length in eight bytes, and its body. */
function encode([id, body]: Element): Buffer {
  const content = Buffer.isBuffer(body) ? body : Buffer.concat(body.map((element: Element) => encode(element)));
  const idBytes = Buffer.from(id.toString(16).padStart(2, '0'), 'hex');
  const length = Buffer.alloc(8);
  length.writeUIntBE(content.length, 2, 6);
  length[0] = 1;
  return Buffer.concat([idBytes, length, content]);
}

const float = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
};

const block = (track: number, milliseconds: number, lasts: number, data: Buffer): Element => [
  0xa0,
  [
    [0xa1, Buffer.concat([Buffer.from([0x80 | track, milliseconds >> 8, milliseconds & 255, 0]), data])],
    [0x9b, uint(lasts)],
  ],
];

/**
 * A Matroska file of JPEGs, a tenth of a second each, with subtitles, which the ffmpeg at hand cannot write.
 * @param told seconds: of the whole file, and of its picture where that is told
 */
export function matroskaOf(
  jpegs: readonly Buffer[],
  subtitles: readonly { at: number; lasts: number; text: string }[],
  told: { whole: number; picture?: number },
): Buffer {
  const blocks = [
    ...jpegs.map((data, index) => ({ at: index / 10, element: block(1, index * 100, 100, data) })),
    ...subtitles.map(({ at, lasts, text }) => ({
      at,
      element: block(2, at * 1000, lasts * 1000, Buffer.from(text)),
    })),
  ].toSorted((a, b) => a.at - b.at);
  const tag = (name: string, value: string): Element => [
    0x67c8,
    [
      [0x45a3, Buffer.from(name)],
      [0x4487, Buffer.from(value)],
    ],
  ];
  const duration = `00:00:${(told.picture ?? 0).toFixed(9).padStart(12, '0')}`;
  const track = (number: number, type: number, codec: string, more: Element[]): Element => [
    0xae,
    [[0xd7, uint(number)], [0x73c5, uint(number)], [0x83, uint(type)], [0x86, Buffer.from(codec)], ...more],
  ];
  const size: Element = [
    0xe0,
    [
      [0xb0, uint(64)],
      [0xba, uint(48)],
    ],
  ];
  const tags: Element = [0x1254c367, [[0x7373, [[0x63c0, [[0x63c5, uint(1)]]], tag('DURATION', duration)]]]];
  return Buffer.concat([
    encode([0x1a45dfa3, [[0x4282, Buffer.from('matroska')]]]),
    encode([
      0x18538067,
      [
        [
          0x1549a966,
          [
            [0x2ad7b1, uint(1_000_000)],
            [0x4489, float(told.whole * 1000)],
          ],
        ],
        [0x1654ae6b, [track(1, 1, 'V_MJPEG', [size]), track(2, 17, 'S_TEXT/UTF8', [])]],
        ...(told.picture === undefined ? [] : [tags]),
        [0x1f43b675, [[0xe7, uint(0)], ...blocks.map(({ element }) => element)]],
      ],
    ]),
  ]);
}
