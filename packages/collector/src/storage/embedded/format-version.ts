import { readFileSync } from 'node:fs';

import { writeFileDurably } from './directory-sync.ts';

/**
 * Raised when an older collector could not live with what this one writes. 2: roll-ups beside the segments, which an older
 * one would leave behind when it removes segments. A directory of version 1 has segments without.
 */
export const storeFormatVersion = 2;

/**
 * Checks that this collector can read the directory, and notes its own version in a new one and an older one.
 *
 * @throws when the version is newer than this collector knows, or the file is not ours.
 */
export function ensureFormat(file: string): void {
  const text = readIfPresent(file);
  if (text === undefined) return noteVersion(file);
  const version = versionIn(text);
  if (version === undefined)
    throw new Error(`${file} is not the format file of a Spanwise store; choose another data directory`);
  if (version > storeFormatVersion) {
    throw new Error(
      `${file} says format version ${version}, this collector reads up to ${storeFormatVersion}; ` +
        'use a newer collector or another data directory',
    );
  }
  if (version < storeFormatVersion) noteVersion(file);
}

function noteVersion(file: string): void {
  const text = JSON.stringify({ format: 'spanwise-store', version: storeFormatVersion });
  writeFileDurably(file, [Buffer.from(`${text}\n`)]);
}

function versionIn(text: string): number | undefined {
  try {
    const { format, version } = JSON.parse(text) as { format?: unknown; version?: unknown };
    return format === 'spanwise-store' && typeof version === 'number' ? version : undefined;
  } catch {
    return undefined;
  }
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
