import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';

/** What a store was doing when its process was killed, as far as its files tell. In the order in which they come. */
export const storePhases = [
  'between segments',
  'a segment is being written',
  'a segment is written and not yet in place',
  'a segment is in place and its parts of the journal are still there',
] as const;
export type StorePhase = (typeof storePhases)[number];

/** Reads the data directory as it is just now; docs/store.md says what the files are. */
export function phaseOf(dataDirectory: string): StorePhase {
  const names = new Set(readdirSync(path.join(dataDirectory, 'segments')));
  const written = [...names].find((name) => name.endsWith('.parquet.tmp'));
  if (written !== undefined)
    return names.has(written.replace('.parquet.tmp', '.sidecar')) ? storePhases[2] : storePhases[1];
  const newest = [...names]
    .filter((name) => name.endsWith('.sidecar'))
    .sort()
    .at(-1);
  if (newest === undefined) return storePhases[0];
  const [oldestPart = Number.POSITIVE_INFINITY] = readdirSync(path.join(dataDirectory, 'journal'))
    .map((name) => Number.parseInt(name, 10))
    .sort((one, other) => one - other);
  const covered = coveredPart(path.join(dataDirectory, 'segments', newest));
  return oldestPart < covered ? storePhases[3] : storePhases[0];
}

/** The part of the journal up to which a segment goes, by the header of its sidecar. */
function coveredPart(sidecar: string): number {
  const file = openSync(sidecar, 'r');
  try {
    const prefix = Buffer.alloc(16);
    readSync(file, prefix, 0, 16, 0);
    const header = Buffer.alloc(prefix.readUInt32LE(8));
    readSync(file, header, 0, header.length, 16);
    return (JSON.parse(header.toString()) as { to: { part: number } }).to.part;
  } finally {
    closeSync(file);
  }
}
