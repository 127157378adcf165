import { closeSync, openSync, readSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';

import type { Catalogue } from '../hot/catalogue.ts';
import type { SidecarHeader } from './sidecar-format.ts';
import { blockBits, probe, sidecarMagic, sidecarPrefixBytes, sidecarVersion } from './sidecar-format.ts';

/** All blocks of a segment. */
export const allBlocks: number = 2 ** blockBits - 1;

/** Hashes read at once around the place where a uniform distribution has the one looked for. */
const hashWindow = 512;

/** An open sidecar. Reads from the file what it is asked for and keeps nothing. */
export class SidecarReader {
  readonly header: SidecarHeader;
  readonly #file: number;

  /**
   * Reads the header, unless it is known already.
   *
   * @throws when the file is not a sidecar of this version or is damaged.
   */
  constructor(file: string, header?: SidecarHeader) {
    this.#file = openSync(file, 'r');
    try {
      this.header = header ?? readHeader(this.#file, file);
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  catalogue(): Catalogue {
    const { catalogueAt, catalogueBytes } = this.header;
    return JSON.parse(inflateRawSync(this.#read(catalogueAt, catalogueBytes)).toString()) as Catalogue;
  }

  /** The blocks that may have a row with one of the entries, as bits. */
  blocksWith(hashes: readonly number[]): number {
    let blocks = 0;
    for (const hash of hashes) blocks |= this.#blocksWithEntry(hash);
    return blocks;
  }

  /** The blocks that have rows of a trace (or of another with the same hash), as bits. */
  blocksOfTrace(hash: number): number {
    const { traces } = this.header;
    let from = 0;
    let to = traces;
    while (from < to) {
      const guess = Math.floor((hash / 2 ** 32) * traces) - hashWindow / 2;
      const start = Math.max(from, Math.min(guess, to - hashWindow));
      const window = this.#hashes(start, Math.min(hashWindow, to - start));
      if (hash < (window[0] as number)) to = start;
      else if (hash > (window.at(-1) as number)) from = start + window.length;
      else return this.#blocksAt(start, window.indexOf(hash));
    }
    return 0;
  }

  /** The hashes of all its traces, sorted, each once. */
  traceHashes(): Uint32Array {
    return this.#hashes(0, this.header.traces);
  }

  /** The blocks that have rows of a trace with one of the hashes, as bits. For many hashes: all are read at once. */
  blocksOfTraces(hashes: ReadonlySet<number>): number {
    const bytes = this.#read(this.header.blocksAt, this.header.traces * 2);
    let blocks = 0;
    for (const [index, hash] of this.traceHashes().entries())
      if (hashes.has(hash)) blocks |= bytes.readUInt16LE(index * 2);
    return blocks;
  }

  #blocksAt(start: number, index: number): number {
    return index < 0 ? 0 : this.#read(this.header.blocksAt + (start + index) * 2, 2).readUInt16LE();
  }

  #hashes(start: number, count: number): Uint32Array {
    const bytes = this.#read(this.header.tracesAt + start * 4, count * 4);
    return new Uint32Array(bytes.buffer, bytes.byteOffset, count);
  }

  #blocksWithEntry(hash: number): number {
    const { filterAt, filterPositions } = this.header;
    let blocks = allBlocks;
    probe(hash, filterPositions, (position) => {
      blocks &= this.#read(filterAt + position * 2, 2).readUInt16LE();
      return blocks !== 0;
    });
    return blocks;
  }

  #read(at: number, length: number): Buffer {
    return readFully(this.#file, at, length);
  }
}

function readHeader(file: number, name: string): SidecarHeader {
  const prefix = readFully(file, 0, sidecarPrefixBytes);
  if (prefix.readUInt32LE(0) !== sidecarMagic) throw new Error(`${name} is not a sidecar`);
  const version = prefix.readUInt32LE(4);
  if (version !== sidecarVersion)
    throw new Error(`${name} has version ${version}, this collector reads ${sidecarVersion}`);
  const json = readFully(file, sidecarPrefixBytes, prefix.readUInt32LE(8));
  if (crc32(json) !== prefix.readUInt32LE(12)) throw new Error(`${name} is damaged: its header's checksum differs`);
  return JSON.parse(json.toString()) as SidecarHeader;
}

function readFully(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  const read = readSync(file, bytes, 0, length, at);
  if (read !== length) throw new Error(`a sidecar is cut short: ${read} of ${length} bytes at ${at}`);
  return bytes;
}
