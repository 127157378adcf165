import { crc32 } from 'node:zlib';

import type { BodyFormat } from '../../../formats/body-format.ts';

/**
 * A frame is a body in the journal: 16 bytes of header, then the body.
 *
 * | bytes | holds |
 * |---|---|
 * | 0–3 | length of the body |
 * | 4–7 | crc32 of bytes 8 to the end of the body |
 * | 8 | `BodyFormat` |
 * | 9–11 | zero |
 * | 12–15 | spans in the body |
 *
 * All numbers are little-endian.
 */
export const frameHeaderBytes = 16;

/** No body is larger; a length beyond it shows that the header is not one. */
export const largestBodyBytes: number = 2 ** 30;

export interface FrameHeader {
  readonly bodyBytes: number;
  readonly checksum: number;
  /** As written: a newer version may have written a number that is no `BodyFormat` here. */
  readonly format: number;
  readonly spanCount: number;
}

export function writeFrameHeader(format: BodyFormat, spanCount: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(frameHeaderBytes);
  header.writeUInt32LE(body.length, 0);
  header.writeUInt8(format, 8);
  header.writeUInt32LE(spanCount, 12);
  header.writeUInt32LE(checksumOf(header, body), 4);
  return header;
}

export function readFrameHeader(header: Buffer): FrameHeader {
  return {
    bodyBytes: header.readUInt32LE(0),
    checksum: header.readUInt32LE(4),
    format: header.readUInt8(8),
    spanCount: header.readUInt32LE(12),
  };
}

export function checksumOf(header: Buffer, body: Uint8Array): number {
  return crc32(body, crc32(header.subarray(8)));
}
