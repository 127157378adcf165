import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

import type { RollUp, RollUpJson, TableName } from '../../rollup/roll-up.ts';
import type { SeriesTableJson } from '../../rollup/series-table.ts';
import { writeFileDurably } from '../directory-sync.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';

/** A segment by what no other has: numbers are given again. */
export interface CoveredSegment {
  readonly number: number;
  readonly writtenMicros: number;
}

/** What a roll-up is of. */
export interface RollUpFacts {
  /** Whose rows it counts, in order of arrival. */
  readonly segments: readonly CoveredSegment[];
  readonly minStartMicros: number;
  readonly maxStartMicros: number;
  /** Spans of traces cut by the boundaries of segments that were too many to be looked at together. */
  readonly isJoined: boolean;
}

/**
 * What a roll-up file says of itself: 16 bytes (`SWRU`, version, length and crc32 of the header, little-endian), the header as
 * JSON, then the sections, each the JSON of a part of a table, deflated. A question needs few of them: all services, all
 * edges, or the operations of one service.
 */
interface RollUpHeader extends RollUpFacts {
  readonly sections: readonly Section[];
}

/** One behind the other. `first` is the service whose operations they are. */
type Section = readonly [table: TableName, first: string, bytes: number, crc: number];

const magic = 0x55525753;
const version = 2;
const prefixBytes = 16;
/** Read together with the header, as the header of most is shorter. */
const usualHeaderBytes = 8192;

/** Writes the roll-up of segments so that the file is there whole or not at all. Answers its size. */
export function writeRollUp(file: string, rollUp: RollUp, facts: RollUpFacts): number {
  const parts = [...partsOf(rollUp)].map(([table, first, json]) => {
    const body = deflateRawSync(JSON.stringify(json), { level: 3 });
    return { body, section: [table, first, body.length, crc32(body)] as const };
  });
  const header: RollUpHeader = { ...facts, sections: parts.map(({ section }) => section) };
  const json = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32LE(magic, 0);
  prefix.writeUInt32LE(version, 4);
  prefix.writeUInt32LE(json.length, 8);
  prefix.writeUInt32LE(crc32(json), 12);
  const bytes = [prefix, json, ...parts.map(({ body }) => body)];
  try {
    writeFileDurably(file, bytes);
  } catch (error) {
    // A disk that is full is not made fuller.
    rmSync(`${file}.tmp`, { force: true });
    throw error;
  }
  return bytes.reduce((sum, { length }) => sum + length, 0);
}

function* partsOf(rollUp: RollUp): Generator<[TableName, string, SeriesTableJson]> {
  yield ['services', '', rollUp.table('services').toJSON()];
  yield ['edges', '', rollUp.edges.toJSON()];
  const byService = new Map<string, SeriesTableJson>();
  for (const series of rollUp.operations.toJSON()) {
    const [service] = series;
    const known = byService.get(service);
    if (known === undefined) byService.set(service, [series]);
    else known.push(series);
  }
  for (const [service, operations] of byService) yield ['operations', service, operations];
}

/** @throws when the file cannot be read, is no roll-up of this version, or its header is damaged. */
export function readRollUpFacts(file: string): RollUpFacts {
  return withFile(file, (_, { header: { segments, minStartMicros, maxStartMicros, isJoined } }) => ({
    segments,
    minStartMicros,
    maxStartMicros,
    isJoined,
  }));
}

/** @throws when the file cannot be read or is damaged. */
export function readRollUp(file: string): RollUpJson {
  return withFile(file, (read) => ({ operations: read('operations'), edges: read('edges') }));
}

/**
 * One table; of the operations those of one service only, where it is given.
 *
 * @throws when the file cannot be read, or is damaged where it is read
 */
export function readRollUpTable(file: string, name: TableName, service?: string): SeriesTableJson {
  return withFile(file, (read) => read(name, service));
}

type ReadTable = (name: TableName, service?: string) => SeriesTableJson;

function withFile<T>(file: string, work: (read: ReadTable, opened: OpenedHeader) => T): T {
  const descriptor = openSync(file, 'r');
  try {
    const opened = readHeader(file, descriptor);
    const read: ReadTable = (name, service) =>
      placedSections(opened)
        .filter(({ table, first }) => table === name && (service === undefined || first === service))
        .flatMap((section) => readSection(file, descriptor, section));
    return work(read, opened);
  } finally {
    closeSync(descriptor);
  }
}

interface OpenedHeader {
  readonly header: RollUpHeader;
  /** Where the first section begins. */
  readonly end: number;
}

function readHeader(file: string, descriptor: number): OpenedHeader {
  const begin = readAt(descriptor, 0, prefixBytes + usualHeaderBytes);
  const length = headerLength(file, begin);
  const end = prefixBytes + length;
  const json = end <= begin.length ? begin.subarray(prefixBytes, end) : readAt(descriptor, prefixBytes, length);
  if (crc32(json) !== begin.readUInt32LE(12)) throw new Error(`${file} is damaged: its header's checksum differs`);
  return { header: JSON.parse(json.toString()) as RollUpHeader, end };
}

interface PlacedSection {
  readonly table: TableName;
  readonly first: string;
  readonly at: number;
  readonly bytes: number;
  readonly crc: number;
}

function placedSections({ header, end }: OpenedHeader): PlacedSection[] {
  let next = end;
  return header.sections.map(([table, first, bytes, crc]) => {
    const at = next;
    next += bytes;
    return { table, first, at, bytes, crc };
  });
}

function readSection(file: string, descriptor: number, { at, bytes, crc }: PlacedSection): SeriesTableJson {
  const body = readAt(descriptor, at, bytes);
  if (body.length !== bytes || crc32(body) !== crc) throw new Error(`${file} is damaged`);
  return JSON.parse(inflateRawSync(body).toString()) as SeriesTableJson;
}

/** What a file about these segments, in order of arrival, says of them. */
export function factsOf(segments: readonly Pick<SegmentInfo, 'number' | 'header'>[]): Omit<RollUpFacts, 'isJoined'> {
  return {
    segments: segments.map(({ number, header: { writtenMicros } }) => ({ number, writtenMicros })),
    minStartMicros: segments.reduce((least, { header }) => Math.min(least, header.minStartMicros), Infinity),
    maxStartMicros: segments.reduce((most, { header }) => Math.max(most, header.maxStartMicros), 0),
  };
}

function headerLength(file: string, prefix: Buffer): number {
  if (prefix.length < prefixBytes || prefix.readUInt32LE(0) !== magic) throw new Error(`${file} is no roll-up`);
  const found = prefix.readUInt32LE(4);
  if (found !== version) throw new Error(`${file} has version ${found}, this collector reads ${version}`);
  return prefix.readUInt32LE(8);
}

function readAt(descriptor: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const read = readSync(descriptor, bytes, 0, length, at);
  return bytes.subarray(0, read);
}
