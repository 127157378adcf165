import { closeSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

import type { RollUpJson } from '../../rollup/roll-up.ts';
import { writeFileDurably } from '../directory-sync.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';

/** A segment by what no other has: numbers are given again. */
export interface CoveredSegment {
  readonly number: number;
  readonly writtenMicros: number;
}

/**
 * What a roll-up file says of itself: 16 bytes (`SWRU`, version, length and crc32 of the header, little-endian), the header as
 * JSON, then the JSON of `RollUpJson`, deflated.
 */
export interface RollUpHeader {
  /** Whose rows it counts, in order of arrival. */
  readonly segments: readonly CoveredSegment[];
  readonly minStartMicros: number;
  readonly maxStartMicros: number;
  /** Spans of traces cut by the boundaries of segments that were too many to be looked at together. */
  readonly isJoined: boolean;
  readonly bytes: number;
  readonly crc: number;
}

const magic = 0x55525753;
const version = 1;
const prefixBytes = 16;

/** Writes the roll-up of segments so that the file is there whole or not at all. Answers its header. */
export function writeRollUp(
  file: string,
  rollUp: RollUpJson,
  facts: Omit<RollUpHeader, 'bytes' | 'crc'>,
): RollUpHeader {
  const body = deflateRawSync(JSON.stringify(rollUp), { level: 3 });
  const header: RollUpHeader = { ...facts, bytes: body.length, crc: crc32(body) };
  const json = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32LE(magic, 0);
  prefix.writeUInt32LE(version, 4);
  prefix.writeUInt32LE(json.length, 8);
  prefix.writeUInt32LE(crc32(json), 12);
  try {
    writeFileDurably(file, [prefix, json, body]);
  } catch (error) {
    // A disk that is full is not made fuller.
    rmSync(`${file}.tmp`, { force: true });
    throw error;
  }
  return header;
}

/** @throws when the file cannot be read, is no roll-up of this version, or its header is damaged. */
export function readRollUpHeader(file: string): RollUpHeader {
  const descriptor = openSync(file, 'r');
  try {
    const prefix = readAt(descriptor, 0, prefixBytes);
    const json = readAt(descriptor, prefixBytes, headerLength(file, prefix));
    return parseHeader(file, prefix, json);
  } finally {
    closeSync(descriptor);
  }
}

/** @throws when the file cannot be read or is damaged. */
export function readRollUp(file: string): RollUpJson {
  const bytes = readFileSync(file);
  const length = headerLength(file, bytes);
  const header = parseHeader(file, bytes, bytes.subarray(prefixBytes, prefixBytes + length));
  const body = bytes.subarray(prefixBytes + length);
  if (body.length !== header.bytes || crc32(body) !== header.crc) throw new Error(`${file} is damaged`);
  return JSON.parse(inflateRawSync(body).toString()) as RollUpJson;
}

/** What a file about these segments, in order of arrival, says of them. */
export function factsOf(
  segments: readonly Pick<SegmentInfo, 'number' | 'header'>[],
): Pick<RollUpHeader, 'segments' | 'minStartMicros' | 'maxStartMicros'> {
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

function parseHeader(file: string, prefix: Buffer, json: Buffer): RollUpHeader {
  if (crc32(json) !== prefix.readUInt32LE(12)) throw new Error(`${file} is damaged: its header's checksum differs`);
  return JSON.parse(json.toString()) as RollUpHeader;
}

function readAt(descriptor: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const read = readSync(descriptor, bytes, 0, length, at);
  return bytes.subarray(0, read);
}
