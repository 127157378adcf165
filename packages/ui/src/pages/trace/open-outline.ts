import { decodeTraceOutline, fromTraceColumns } from '@spanwise/wire/query';
import { outlineModel } from '../../model/outline-model.ts';
import type { DetailsSource } from '../../model/trace-details.ts';
import type { TraceModel } from '../../model/trace-model.ts';
import { fetchSpans, RefusedError } from '../../api/client.ts';

/** Failed windows are tried again after a second, then later and later, ten at most: as other queries are. */
const longestPauseMillis = 10_000;

/** The model of a large trace, whose tags and logs come when they are asked for. Loaded with the first large trace. */
export function openOutline(bytes: Uint8Array<ArrayBuffer>): TraceModel {
  const outline = decodeTraceOutline(bytes);
  return outlineModel(outline, sourceOf(outline.traceId));
}

function sourceOf(traceId: string): DetailsSource {
  return {
    read: async (range, signal) => fromTraceColumns(await fetchSpans(traceId, range, signal)),
    pause: (failures, signal) => pause(Math.min(1000 * 2 ** (failures - 1), longestPauseMillis), signal),
    // What is gone will not come back by itself.
    isPassing: (error) => !(error instanceof RefusedError) || error.status === 503,
  };
}

function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('nobody waits any more'));
    });
  });
}
