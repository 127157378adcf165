import { readdirSync } from 'node:fs';
import path from 'node:path';

import { findBodyCodec } from '../../../formats/body-codecs.ts';
import { createDirectory, writeFileDurably } from '../directory-sync.ts';
import type { JournalPosition } from '../journal/journal-position.ts';

/** Files kept at most; later ones are counted and dropped. */
const mostFiles = 64;

const unreadableExtension = 'unreadable';

/** What became of the bytes; `text` is for the log. */
export interface QuarantineOutcome {
  readonly kept: boolean;
  readonly text: string;
}

/**
 * Keeps a body that was acknowledged but cannot be converted, for people to look at. A full disk must not stop the
 * conversion of other bodies.
 */
export function quarantine(
  directory: string,
  at: JournalPosition,
  format: number,
  body: Uint8Array,
): QuarantineOutcome {
  return keepInQuarantine(directory, nameOf(at, findBodyCodec(format)?.extension ?? 'body'), body);
}

/** Keeps bytes of the journal in which no frame was found. */
export function quarantineUnreadable(directory: string, at: JournalPosition, bytes: Uint8Array): QuarantineOutcome {
  return keepInQuarantine(directory, nameOf(at, unreadableExtension), bytes);
}

/** Under a name that says what it is, so that what comes again takes its own place. */
export function keepInQuarantine(directory: string, name: string, bytes: Uint8Array): QuarantineOutcome {
  const file = path.join(directory, name);
  try {
    createDirectory(directory);
    // Unreadable bytes and bodies do not take each other's places.
    const others = readdirSync(directory).filter(
      (other) => other !== name && isUnreadable(other) === isUnreadable(name),
    );
    if (others.length >= mostFiles)
      return { kept: false, text: `dropped: ${directory} already holds ${mostFiles} files` };
    writeFileDurably(file, [bytes]);
    return { kept: true, text: `kept as ${file}` };
  } catch (error) {
    return { kept: false, text: `dropped: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function nameOf({ part, offset }: JournalPosition, extension: string): string {
  return `${part}-${offset}.${extension}`;
}

function isUnreadable(name: string): boolean {
  return name.endsWith(`.${unreadableExtension}`);
}
