import { findBodyCodec } from '../../../formats/body-codecs.ts';
import { checksumOf, frameHeaderBytes, readFrameHeader } from './journal-frame.ts';

/** Checksums are computed over so many bytes at most: a body may be full of what looks like headers. */
const mostCheckedBytes = 2 ** 30;

/**
 * Where the first whole frame begins behind the unreadable one at the beginning of `bytes`; undefined when there is none.
 * The place that the unreadable frame names itself is tried first: its body may hold what looks like a frame.
 */
export function nextFrameIn(bytes: Buffer): number | undefined {
  const named = bytes.length < frameHeaderBytes ? 0 : frameHeaderBytes + readFrameHeader(bytes).bodyBytes;
  if (named > 0 && isLikeHeader(bytes, named) && isFrame(bytes, named)) return named;
  let checked = 0;
  for (let at = 1; at + frameHeaderBytes <= bytes.length; at++) {
    if (!isLikeHeader(bytes, at)) continue;
    checked += readFrameHeader(bytes.subarray(at)).bodyBytes;
    if (checked > mostCheckedBytes) return undefined;
    if (isFrame(bytes, at)) return at;
  }
  return undefined;
}

/** A format that exists, zeros behind it, and a body that ends within the bytes: cheap, and rarely true by accident. */
function isLikeHeader(bytes: Buffer, at: number): boolean {
  if (bytes[at + 9] !== 0 || bytes[at + 10] !== 0 || bytes[at + 11] !== 0) return false;
  if (findBodyCodec(bytes[at + 8] as number) === undefined) return false;
  return at + frameHeaderBytes + bytes.readUInt32LE(at) <= bytes.length;
}

function isFrame(bytes: Buffer, at: number): boolean {
  const header = bytes.subarray(at, at + frameHeaderBytes);
  const { bodyBytes, checksum } = readFrameHeader(header);
  const body = bytes.subarray(at + frameHeaderBytes, at + frameHeaderBytes + bodyBytes);
  return checksumOf(header, body) === checksum;
}
