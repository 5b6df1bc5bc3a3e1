const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export type PictureFormat = 'jpeg' | 'png';

/** Event 1: a picture that says nothing about where it belongs. */
export const pictureFrame = (format: PictureFormat, picture: Uint8Array): Buffer =>
  Buffer.concat([u32(1), u32(format === 'jpeg' ? 1 : 2), picture]);

/** Event 4: a picture with the node and prompt that it belongs to; only for sockets that asked for it. */
export function pictureWithMetadataFrame(
  format: PictureFormat,
  metadata: Record<string, unknown>,
  picture: Uint8Array,
): Buffer {
  const json = Buffer.from(JSON.stringify({ ...metadata, image_type: `image/${format}` }));
  return Buffer.concat([u32(4), u32(json.length), json, picture]);
}
