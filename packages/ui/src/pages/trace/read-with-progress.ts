import { UnreachableError } from '../../api/client.ts';
import { reportConnection } from '../../api/connection.ts';
import { reportProgress } from '../../api/progress.ts';

/**
 * The body of an answer, while `reportProgress` is told what came of it, as far as its size is known; that it is done is told by
 * who reads it.
 *
 * @throws {UnreachableError} when the connection ends before.
 */
export async function readWithProgress(response: Response, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  if (response.body === null) return new Uint8Array();
  // Where a proxy compressed it, the size is that of the compressed bytes.
  const total = Number(response.headers.get('content-length'));
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (const reader = response.body.getReader(); ;) {
      if (total > 0) reportProgress(Math.min(1, length / total));
      const { done, value } = await reader.read();
      if (done) return joined(parts, length);
      parts.push(value);
      length += value.byteLength;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    reportConnection('gone');
    throw new UnreachableError(error);
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}
