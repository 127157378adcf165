import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { JournalPosition } from '../journal/journal-position.ts';

/** Files kept at most; later ones are counted and dropped. */
const mostFiles = 64;

const extensions: Readonly<Record<number, string>> = { 1: 'otlp.binpb', 2: 'otlp.json', 3: 'zipkin.json' };

/**
 * Keeps a body that was acknowledged but cannot be converted, for people to look at. Answers what became of it, for the
 * log; a full disk must not stop the conversion of other bodies.
 */
export function quarantine(
  directory: string,
  { part, offset }: JournalPosition,
  format: number,
  body: Uint8Array,
): string {
  const name = `${part}-${offset}.${extensions[format] ?? 'body'}`;
  try {
    mkdirSync(directory, { recursive: true });
    if (readdirSync(directory).length >= mostFiles) return `dropped: ${directory} already holds ${mostFiles} bodies`;
    writeFileSync(path.join(directory, name), body);
    return `kept as ${path.join(directory, name)}`;
  } catch (error) {
    return `dropped: ${error instanceof Error ? error.message : String(error)}`;
  }
}
