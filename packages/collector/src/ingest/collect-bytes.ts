import type { Readable } from 'node:stream';

import { RefusedRequest } from '../http/refused-request.ts';
import type { BodyLimits } from './body-source.ts';
import type { ByteShare } from './byte-budget.ts';
import { tooLarge } from './decompress.ts';

/**
 * All that comes on a stream, counted in `share`. `framingBytes` are there beyond the limit.
 *
 * @throws {RefusedRequest} `body-too-large`, `body-timeout`, `overloaded`, and `malformed-body` when the connection ends before.
 */
export function collectBytes(
  stream: Readable,
  limits: BodyLimits,
  share: ByteShare,
  framingBytes = 0,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      try {
        if (length > limits.limitBytes + framingBytes) throw tooLarge(limits.limitBytes);
        share.add(chunk.length);
        chunks.push(chunk);
      } catch (refusal) {
        end(() => reject(refusal));
      }
    };
    const onEnd = (): void => end(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)));
    const onBroken = (): void => end(() => reject(broken(length)));
    const timer = setTimeout(() => end(() => reject(timedOut(limits, length))), limits.timeoutMillis);
    stream.on('data', onData).on('end', onEnd).on('close', onBroken);
    // Stays: a connection that breaks after a refusal must not be an uncaught error.
    stream.on('error', onBroken);

    function end(settle: () => void): void {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd).off('close', onBroken);
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
