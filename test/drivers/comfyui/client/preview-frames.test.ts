import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LARGEST_PREVIEW_BYTES, readPreview } from '../../../../src/drivers/comfyui/client/preview-frames.ts';
import { pictureFrame, pictureWithMetadataFrame } from '../../../../src/simulators/comfyui/sockets/frames.ts';

const JPEG = Buffer.from('ffd8ffe000104a464946', 'hex');
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
/** As a ComfyUI 0.33.0 sent it. */
const METADATA = {
  node_id: '2',
  prompt_id: '638a6d91-30fe-4847-9e59-76e4745642c6',
  display_node_id: '2',
  parent_node_id: null,
  real_node_id: '2',
};
const OURS = METADATA.prompt_id;

test('A picture with metadata belongs to the prompt that it names', () => {
  const frame = pictureWithMetadataFrame('jpeg', METADATA, JPEG);
  const preview = { node: '2', contentType: 'image/jpeg', bytes: JPEG };
  expect(readPreview(frame, OURS, false)).toEqual(preview);
  expect(readPreview(frame, 'another', true)).toBeNull();
});

test('A picture without metadata belongs to our prompt only while it runs', () => {
  const preview = { node: null, contentType: 'image/png', bytes: PNG };
  expect(readPreview(pictureFrame('png', PNG), OURS, true)).toEqual(preview);
  expect(readPreview(pictureFrame('png', PNG), OURS, false)).toBeNull();
});

test('The bytes decide the type, and a large picture is no preview', () => {
  expect(readPreview(pictureFrame('png', JPEG), OURS, true)).toMatchObject({ contentType: 'image/jpeg' });
  expect(readPreview(pictureFrame('jpeg', Buffer.from('<html>')), OURS, true)).toBeNull();
  const large = Buffer.concat([JPEG, Buffer.alloc(LARGEST_PREVIEW_BYTES)]);
  expect(readPreview(pictureFrame('jpeg', large), OURS, true)).toBeNull();
});

test('Whatever bytes come, there is a preview or none', () => {
  const frames = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.tuple(fc.constantFrom(1, 2, 3, 4), fc.nat(), fc.uint8Array()).map(([event, length, rest]) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(event);
      head.writeUInt32BE(length, 4);
      return Buffer.concat([head, rest]);
    }),
    fc.json().map((json) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(4);
      head.writeUInt32BE(Buffer.byteLength(json), 4);
      return Buffer.concat([head, Buffer.from(json), JPEG]);
    }),
  );
  fc.assert(
    fc.property(frames, fc.boolean(), (frame, isRunning) => {
      const preview = readPreview(Buffer.from(frame), OURS, isRunning);
      expect(preview === null || preview.bytes.length <= LARGEST_PREVIEW_BYTES).toBe(true);
    }),
  );
});
