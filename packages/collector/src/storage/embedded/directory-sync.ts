import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Makes created, renamed and removed names in a directory survive power loss. */
export function syncDirectory(directory: string): void {
  // Windows cannot open directories; its file systems keep names in their own journal.
  if (process.platform === 'win32') return;
  const file = openSync(directory, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Replaces a file as a whole: afterwards it is either the old one or the new one, also after power loss. */
export function writeFileDurably(file: string, chunks: readonly Uint8Array[]): void {
  const temporary = `${file}.tmp`;
  const descriptor = openSync(temporary, 'w');
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
    written += writeSync(descriptor, chunk, written, chunk.length - written);
}

export function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
