import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';

import { RefusedRequest } from '../http/refused-request.ts';
import { Turns } from './turns.ts';

const decoders = { gzip: promisify(gunzip), zlib: promisify(inflate), raw: promisify(inflateRaw) };

/** As many as the thread pool works on at once: of a bomb, nothing is known before it has gone off. */
const turns = new Turns(4);

/**
 * Undoes `Content-Encoding` (gzip, deflate with or without zlib's header, identity) on the thread pool. It stops as
 * soon as more than `limitBytes` come out, whatever the input promised.
 *
 * @throws {RefusedRequest} `unsupported-media-type` for other encodings, `body-too-large`, `malformed-body`.
 */
export async function decompress(bytes: Buffer, encoding: string | undefined, limitBytes: number): Promise<Buffer> {
  const decoder = decoderFor(bytes, encoding);
  if (decoder === undefined || bytes.length === 0) return bytes;
  try {
    return await turns.run(() => decoders[decoder](bytes, { maxOutputLength: limitBytes }));
  } catch (error) {
    throw refusalOf(error as NodeJS.ErrnoException, decoder, limitBytes);
  }
}

function decoderFor(bytes: Buffer, encoding: string | undefined): keyof typeof decoders | undefined {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    case 'deflate':
      return hasZlibHeader(bytes) ? 'zlib' : 'raw';
    default:
      throw new RefusedRequest('unsupported-media-type', `Content-Encoding "${encoding}" is not understood`, {
        hint: 'send gzip, deflate or identity',
        headers: { 'accept-encoding': 'gzip, deflate, identity' },
      });
  }
}

/** RFC 1950: method 8 in the low half of the first byte, and the first two bytes divisible by 31. */
function hasZlibHeader(bytes: Buffer): boolean {
  return bytes.length >= 2 && (bytes[0]! & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}

function refusalOf(error: NodeJS.ErrnoException, decoder: string, limitBytes: number): RefusedRequest {
  if (error.code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(limitBytes);
  const name = decoder === 'gzip' ? 'gunzip' : 'inflate';
  return new RefusedRequest('malformed-body', `Cannot ${name} the body: ${error.message}`);
}

/** The refusal of a body that is larger than `limitBytes`, before or after decompression. */
export function tooLarge(limitBytes: number): RefusedRequest {
  return new RefusedRequest('body-too-large', `the body is larger than ${limitBytes} bytes (decompressed)`, {
    hint: 'send smaller batches, or raise --body-limit (SPANWISE_BODY_LIMIT)',
  });
}
