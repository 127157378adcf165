import { crc32, deflateRawSync } from 'node:zlib';

import { writeFileDurably } from '../directory-sync.ts';
import type { Generation } from '../hot/generation.ts';
import type { JournalPosition } from '../journal/journal-position.ts';
import type { SidecarHeader } from './sidecar-format.ts';
import {
  blockBits,
  filterBitsPerEntry,
  probe,
  sidecarMagic,
  sidecarPrefixBytes,
  sidecarVersion,
} from './sidecar-format.ts';

/** Gives other work its turn. */
export type Pause = () => Promise<void>;

/** Writes the sidecar of a generation that no longer changes. */
export async function writeSidecar(
  file: string,
  generation: Generation,
  { to, writtenMicros }: { to: JournalPosition; writtenMicros: number },
  pause: Pause,
): Promise<SidecarHeader> {
  const traces = traceSection(generation);
  await pause();
  const filter = await filterSection(generation.filters.blocks(), pause);
  const catalogue = deflateRawSync(JSON.stringify(generation.catalogue()), { level: 3 });
  const sections = [bytesOf(traces.hashes), bytesOf(traces.blocks), bytesOf(filter), catalogue];
  const facts = {
    rows: generation.liveRows,
    blockStarts: blockStarts(generation),
    minStartMicros: generation.minStartMicros,
    maxStartMicros: generation.maxStartMicros,
    writtenMicros,
    from: generation.from,
    to,
    traces: traces.hashes.length,
    filterPositions: filter.length,
    catalogueBytes: catalogue.length,
  };
  const { header, chunks } = layOut(facts, sections);
  writeFileDurably(file, chunks);
  return header;
}

type Facts = Omit<SidecarHeader, 'tracesAt' | 'blocksAt' | 'filterAt' | 'catalogueAt'>;

function layOut(facts: Facts, sections: readonly Uint8Array[]): { header: SidecarHeader; chunks: Uint8Array[] } {
  // The offsets' own digits change the header's length: room for the longest is kept and filled with spaces.
  const place = (start: number): SidecarHeader => {
    const [tracesAt = 0, blocksAt = 0, filterAt = 0, catalogueAt = 0] = offsetsFrom(start, sections);
    return { ...facts, tracesAt, blocksAt, filterAt, catalogueAt };
  };
  const room = align(JSON.stringify(place(Number.MAX_SAFE_INTEGER)).length);
  const header = place(sidecarPrefixBytes + room);
  const json = Buffer.from(JSON.stringify(header).padEnd(room));
  const prefix = Buffer.alloc(sidecarPrefixBytes);
  prefix.writeUInt32LE(sidecarMagic, 0);
  prefix.writeUInt32LE(sidecarVersion, 4);
  prefix.writeUInt32LE(json.length, 8);
  prefix.writeUInt32LE(crc32(json), 12);
  return { header, chunks: [prefix, json, ...sections.flatMap(padded)] };
}

function offsetsFrom(start: number, sections: readonly Uint8Array[]): number[] {
  let at = start;
  return sections.map((section) => {
    const offset = at;
    at += align(section.length);
    return offset;
  });
}

function padded(section: Uint8Array): Uint8Array[] {
  return [section, Buffer.alloc(align(section.length) - section.length)];
}

function align(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function bytesOf(words: Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** First row in the file of each block: rows that were replaced are not written. */
function blockStarts(generation: Generation): number[] {
  const { rowsPerBlock } = generation.filters;
  const starts: number[] = [];
  let live = 0;
  for (let row = 0; row < generation.rows; row++) {
    if (row % rowsPerBlock === 0) starts.push(live);
    if (generation.columns.dead[row] === 0) live++;
  }
  return starts;
}

function traceSection({ traces, columns, filters }: Generation): { hashes: Uint32Array; blocks: Uint16Array } {
  const found: { hash: number; bits: number }[] = [];
  traces.forEachHash((hash, newest) => {
    let bits = 0;
    for (let row = newest; row >= 0; row = traces.before(row)) {
      if (columns.dead[row] === 0) bits |= 1 << (Math.floor(row / filters.rowsPerBlock) % blockBits);
    }
    found.push({ hash, bits });
  });
  found.sort((a, b) => a.hash - b.hash);
  return { hashes: Uint32Array.from(found, ({ hash }) => hash), blocks: Uint16Array.from(found, ({ bits }) => bits) };
}

async function filterSection(blocks: readonly Uint32Array[], pause: Pause): Promise<Uint16Array> {
  const entries = new Float64Array(blockBits);
  for (const [block, hashes] of blocks.entries())
    entries[block % blockBits] = (entries[block % blockBits] ?? 0) + hashes.length;
  const filter = new Uint16Array(Math.max(64, Math.ceil(Math.max(...entries) * filterBitsPerEntry)));
  for (const [block, hashes] of blocks.entries()) {
    setEntries(filter, hashes, 1 << (block % blockBits));
    await pause();
  }
  return filter;
}

function setEntries(filter: Uint16Array, hashes: Uint32Array, bit: number): void {
  for (const hash of hashes) {
    probe(hash, filter.length, (position) => {
      filter[position] = (filter[position] as number) | bit;
      return true;
    });
  }
}
