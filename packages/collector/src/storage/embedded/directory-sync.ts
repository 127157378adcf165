import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import path from 'node:path';

import { errorCode } from './storage-failure.ts';

/** Spans tell about people: what the store creates is for its own user only. */
export const fileMode = 0o600;
const directoryMode = 0o700;

// Windows cannot open directories; its file systems keep names in their own journal.
const directoriesSync = process.platform !== 'win32';

/** Makes created, renamed and removed names in a directory survive power loss. */
export function syncDirectory(directory: string): void {
  if (directoriesSync) syncByPath(directory, 'r');
}

/** As `syncDirectory`, without holding up the thread. */
export async function syncDirectoryLater(directory: string): Promise<void> {
  if (!directoriesSync) return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a directory and those above it that are missing, one at a time, so that each name survives power loss. One that is
 * there keeps its mode.
 *
 * @throws the system's error, also where a recursive `mkdir` of Node would try for ever (below `/proc`).
 */
export function createDirectory(directory: string): void {
  const absolute = path.resolve(directory);
  const missing: string[] = [];
  for (let at = absolute; !existsSync(at) && at !== path.dirname(at); at = path.dirname(at)) missing.unshift(at);
  for (const one of missing) {
    makeOne(one);
    syncDirectory(path.dirname(one));
  }
  if (!statSync(absolute).isDirectory()) throw new Error(`${absolute} is not a directory`);
}

function makeOne(directory: string): void {
  try {
    mkdirSync(directory, { mode: directoryMode });
  } catch (error) {
    // Another process may have been faster.
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Replaces a file as a whole: afterwards it is either the old one or the new one, also after power loss. */
export function writeFileDurably(file: string, chunks: readonly Uint8Array[]): void {
  const temporary = `${file}.tmp`;
  const descriptor = openSync(temporary, 'w', fileMode);
  try {
    for (const chunk of chunks) writeFully(descriptor, chunk);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
  syncDirectory(path.dirname(file));
}

function writeFully(descriptor: number, chunk: Uint8Array): void {
  for (let written = 0; written < chunk.length;)
    written += progressOf(writeSync(descriptor, chunk, written, chunk.length - written));
}

/** Writes all chunks at a position, however many calls it takes. */
export async function writeAllAt(
  file: Pick<FileHandle, 'writev' | 'write'>,
  chunks: readonly Uint8Array[],
  position: number,
): Promise<void> {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const { bytesWritten } = await file.writev(chunks as Uint8Array[], position);
  if (bytesWritten === bytes) return;
  // A short write is how a disk that fills up shows first; the next one says why.
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  for (let written = 0; written < rest.length;) {
    const result = await file.write(rest, written, rest.length - written, position + bytesWritten + written);
    written += progressOf(result.bytesWritten);
  }
}

/** @throws when a write wrote nothing and said nothing: trying again would have no end. */
function progressOf(bytesWritten: number): number {
  if (bytesWritten > 0) return bytesWritten;
  throw new Error('the system wrote nothing and gave no reason');
}

/** Creates an empty file for its own user, or empties one, for a library that would create it for everybody. */
export function createPrivateFile(file: string): void {
  closeSync(openSync(file, 'w', fileMode));
  chmodSync(file, fileMode);
}

export function syncFile(file: string): void {
  syncByPath(file, 'r+');
}

function syncByPath(name: string, flags: 'r' | 'r+'): void {
  const descriptor = openSync(name, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
