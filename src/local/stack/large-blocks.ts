/**
 * Environment of the API. Glibc keeps freed blocks below a threshold, which grows with the largest block that was
 * freed. After a burst of large requests the process would keep most of their memory. With a fixed threshold (64 kB) it
 * gives the memory back. See mallopt(3).
 */
export const LARGE_BLOCKS_ARE_GIVEN_BACK: NodeJS.ProcessEnv = {
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
