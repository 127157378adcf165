import { afterEach, describe, expect, test } from 'vitest';
import { UnreachableError } from '../../api/client.ts';
import { currentConnection, reportConnection } from '../../api/connection.ts';
import { currentProgress, reportProgress, subscribeProgress } from '../../api/progress.ts';
import { readWithProgress } from './read-with-progress.ts';

/** An answer that says it has eight bytes, and gives these parts. */
function answerOf(...parts: readonly number[][]): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(Uint8Array.from(part));
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-length': '8' } });
}

describe('reading with progress', () => {
  const { signal } = new AbortController();

  afterEach(() => {
    reportProgress(undefined);
    reportConnection('up');
  });

  test('gives the bytes, and tells how much of them is here', async () => {
    const shares: (number | undefined)[] = [];
    const stop = subscribeProgress(() => shares.push(currentProgress()));
    const bytes = await readWithProgress(answerOf([1, 2], [3, 4, 5, 6], [7, 8]), signal);
    stop();
    expect(Array.from(bytes)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(shares).toEqual([0, 0.25, 0.75, 1]);
  });

  test('reads an answer of which a proxy tells the compressed size', async () => {
    const shares: (number | undefined)[] = [];
    const stop = subscribeProgress(() => shares.push(currentProgress()));
    const bytes = await readWithProgress(answerOf([1, 2, 3, 4, 5, 6], [7, 8, 9, 10]), signal);
    stop();
    expect(bytes).toHaveLength(10);
    expect(shares).toEqual([0, 0.75, 1]);
  });

  test('takes a connection that ends for a collector that is gone', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
    await expect(readWithProgress(new Response(body), signal)).rejects.toThrow(UnreachableError);
    expect(currentConnection()).toBe('gone');
  });

  test('reads an answer of unknown length as well', async () => {
    expect(Array.from(await readWithProgress(new Response(Uint8Array.of(1, 2)), signal))).toEqual([1, 2]);
  });
});
