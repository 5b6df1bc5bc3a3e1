/**
 * Environment of the API. Glibc keeps freed blocks below a threshold, which grows with the largest block that was
 * freed. After a burst of large requests the process would keep most of their memory. With a fixed threshold it gives the
 * memory back. The threshold is above 64 KiB, the size in which Node reads files and sockets: a mapping for each of
 * these halves the speed of downloads. See mallopt(3).
 */
export const LARGE_BLOCKS_ARE_GIVEN_BACK: NodeJS.ProcessEnv = {
  MALLOC_MMAP_THRESHOLD_: String(72 * 1024),
  MALLOC_TRIM_THRESHOLD_: '131072',
};
