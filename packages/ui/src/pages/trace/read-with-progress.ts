import { UnreachableError } from '../../api/client.ts';
import { reportConnection } from '../../api/connection.ts';
import { reportProgress } from '../../api/progress.ts';

/**
 * The body of an answer, while `reportProgress` is told what came of it; that it is done is told by who reads it.
 *
 * @throws {UnreachableError} when it ends before it is whole.
 */
export async function readWithProgress(response: Response, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const total = Number(response.headers.get('content-length'));
  const reader = response.body?.getReader();
  if (reader === undefined || !(total > 0)) return new Uint8Array(await response.arrayBuffer());
  const bytes = new Uint8Array(total);
  try {
    for (let length = 0; ;) {
      reportProgress(length / total);
      const { done, value } = await reader.read();
      if (done && length === total) return bytes;
      if (done) throw new Error('the answer ended early');
      bytes.set(value, length);
      length += value.byteLength;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    reportConnection('gone');
    throw new UnreachableError(error);
  }
}
