import type { SentFile, SentFiles } from '../../src/files/sent-files.ts';

/** Who sent which file, in the memory of a test. */
export function memorySentFiles(): SentFiles {
  const senders = new Map<string, string>();
  const bytesOf = new Map<string, number>();
  const key = ({ path, version }: SentFile): string => `${path} ${version}`;
  return {
    note: (file, client) => Promise.resolve(void senders.set(key(file), client)),
    senderOf: (file) => Promise.resolve(senders.get(key(file)) ?? null),
    count(client, bytes) {
      const sum = (bytesOf.get(client) ?? 0) + bytes;
      bytesOf.set(client, sum);
      return Promise.resolve(sum);
    },
  };
}
