import type { IncomingMessage } from 'node:http';

import type { BodyLimits, BodySource } from './body-source.ts';
import type { ByteShare } from './byte-budget.ts';
import { collectBytes } from './collect-bytes.ts';
import { decompress, tooLarge } from './decompress.ts';

/** The body of an HTTP request. */
export function bodyOf(request: IncomingMessage): BodySource {
  return (limits, share) => readBody(request, limits, share);
}

/**
 * The request's body, decompressed.
 *
 * A request that is refused before its end is not cut off at once: a client that is still sending would see a broken
 * connection instead of the answer. The rest is read and dropped, up to four times the limit and for one more timeout.
 *
 * @throws {RefusedRequest} `body-too-large`, `body-timeout`, `malformed-body`, `unsupported-media-type`, `overloaded`.
 */
async function readBody(request: IncomingMessage, limits: BodyLimits, share: ByteShare): Promise<Buffer> {
  try {
    if (Number(request.headers['content-length'] ?? 0) > limits.limitBytes) throw tooLarge(limits.limitBytes);
    const bytes = await collectBytes(request, limits, share);
    const plain = await decompress(bytes, request.headers['content-encoding'], limits.limitBytes);
    if (plain !== bytes) share.add(plain.length);
    return plain;
  } catch (error) {
    dropRest(request, limits);
    throw error;
  }
}

function dropRest(request: IncomingMessage, { limitBytes, timeoutMillis }: BodyLimits): void {
  if (request.complete || request.destroyed) return;
  let dropped = 0;
  const timer = setTimeout(() => request.socket.destroy(), timeoutMillis).unref();
  request.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > 4 * limitBytes) request.socket.destroy();
  });
  request.once('close', () => clearTimeout(timer)).resume();
}
