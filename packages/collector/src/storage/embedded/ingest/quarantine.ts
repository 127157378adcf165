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
  return keep(directory, at, findBodyCodec(format)?.extension ?? 'body', body);
}

/** Keeps bytes of the journal in which no frame was found. */
export function quarantineUnreadable(directory: string, at: JournalPosition, bytes: Uint8Array): QuarantineOutcome {
  return keep(directory, at, unreadableExtension, bytes);
}

function keep(
  directory: string,
  { part, offset }: JournalPosition,
  extension: string,
  bytes: Uint8Array,
): QuarantineOutcome {
  const file = path.join(directory, `${part}-${offset}.${extension}`);
  try {
    createDirectory(directory);
    // Unreadable bytes and bodies do not take each other's places.
    const ofKind = (name: string): boolean =>
      name.endsWith(`.${unreadableExtension}`) === (extension === unreadableExtension);
    if (readdirSync(directory).filter(ofKind).length >= mostFiles)
      return { kept: false, text: `dropped: ${directory} already holds ${mostFiles} files` };
    writeFileDurably(file, [bytes]);
    return { kept: true, text: `kept as ${file}` };
  } catch (error) {
    return { kept: false, text: `dropped: ${error instanceof Error ? error.message : String(error)}` };
  }
}
