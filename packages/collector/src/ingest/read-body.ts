import type { IncomingMessage } from 'node:http';

import { RefusedRequest } from '../http/refused-request.ts';
import type { ByteShare } from './byte-budget.ts';
import { decompress, tooLarge } from './decompress.ts';

export interface BodyLimits {
  /** Of the body as it travels and again once decompressed. */
  readonly limitBytes: number;
  /** From the headers to the last byte. */
  readonly timeoutMillis: number;
}

/**
 * The request's body, decompressed. What it holds in memory is counted in `share`, which stays the caller's to release.
 *
 * A request that is refused before its end is not cut off at once: a client that is still sending would see a broken
 * connection instead of the answer. The rest is read and dropped, up to four times the limit and for one more timeout.
 *
 * @throws {RefusedRequest} `body-too-large`, `body-timeout`, `malformed-body`, `unsupported-media-type`, `overloaded`.
 */
export async function readBody(request: IncomingMessage, limits: BodyLimits, share: ByteShare): Promise<Buffer> {
  try {
    if (Number(request.headers['content-length'] ?? 0) > limits.limitBytes) throw tooLarge(limits.limitBytes);
    const bytes = await receive(request, limits, share);
    const plain = await decompress(bytes, request.headers['content-encoding'], limits.limitBytes);
    if (plain !== bytes) share.add(plain.length);
    return plain;
  } catch (error) {
    dropRest(request, limits);
    throw error;
  }
}

function receive(request: IncomingMessage, limits: BodyLimits, share: ByteShare): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      try {
        if (length > limits.limitBytes) throw tooLarge(limits.limitBytes);
        share.add(chunk.length);
        chunks.push(chunk);
      } catch (refusal) {
        end(() => reject(refusal));
      }
    };
    const onEnd = (): void => end(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)));
    const onBroken = (): void => end(() => reject(broken(length)));
    const timer = setTimeout(() => end(() => reject(timedOut(limits, length))), limits.timeoutMillis);
    request.on('data', onData).on('end', onEnd).on('close', onBroken);
    // Stays: a connection that breaks after a refusal must not be an uncaught error.
    request.on('error', onBroken);

    function end(settle: () => void): void {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onBroken);
      settle();
    }
  });
}

function broken(length: number): RefusedRequest {
  return new RefusedRequest('malformed-body', `the connection ended within the body, after ${length} bytes`);
}

function timedOut({ timeoutMillis }: BodyLimits, length: number): RefusedRequest {
  const message = `the body did not arrive within ${timeoutMillis} ms (${length} bytes did)`;
  return new RefusedRequest('body-timeout', message, { headers: { connection: 'close' } });
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
