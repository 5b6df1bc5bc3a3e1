import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Makes sure that a file or a folder is on disk as it is now. */
export async function syncPath(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Moves a finished file to its place on the same disk: even after a power cut, the place holds the old file or the new one, whole. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await syncPath(from);
  await rename(from, to);
  await syncPath(path.dirname(to));
}

async function writeSynced(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file in a folder that exists: even after a power cut, the file is the old one or the new one, whole. */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeSynced(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncPath(path.dirname(file));
}

/**
 * Writes a new file, with one wait for the disk less. After a crash a part of it may be there, so its readers must recognise a whole
 * one. @throws when the file exists.
 */
export async function createFile(file: string, content: string): Promise<void> {
  await writeSynced(file, content);
  await syncPath(path.dirname(file));
}
