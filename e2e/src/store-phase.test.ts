import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

import { phaseOf } from './store-phase.ts';

/** A data directory with these files; a sidecar says that its segment goes up to part 3 of the journal. */
function directoryWith(...files: readonly string[]): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'spanwise-phase-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const folder of ['segments', 'journal']) mkdirSync(path.join(directory, folder));
  const header = JSON.stringify({ to: { part: 3, offset: 16 } });
  const prefix = Buffer.alloc(16);
  prefix.writeUInt32LE(header.length, 8);
  for (const file of files) {
    writeFileSync(path.join(directory, file), file.endsWith('.sidecar') ? prefix.toString('latin1') + header : '');
  }
  return directory;
}

it.each([
  ['between segments', []],
  ['between segments', ['journal/0000000001.journal']],
  ['a segment is being written', ['segments/0000000001.parquet.tmp', 'journal/0000000001.journal']],
  [
    'a segment is being written',
    ['segments/0000000001.parquet', 'segments/0000000001.sidecar', 'segments/0000000002.parquet.tmp'],
  ],
  [
    'a segment is written and not yet in place',
    ['segments/0000000001.parquet.tmp', 'segments/0000000001.sidecar', 'journal/0000000001.journal'],
  ],
  [
    'a segment is in place and its parts of the journal are still there',
    ['segments/0000000001.parquet', 'segments/0000000001.sidecar', 'journal/0000000002.journal'],
  ],
  ['between segments', ['segments/0000000001.parquet', 'segments/0000000001.sidecar', 'journal/0000000003.journal']],
])('tells %s by %j', (phase, files) => {
  expect(phaseOf(directoryWith(...files))).toBe(phase);
});
