import { decodeTraceOutline, fromTraceColumns } from '@spanwise/wire/query';
import { fetchSpans, RefusedError } from '../../api/client.ts';
import { reportProgress } from '../../api/progress.ts';
import { outlineModel } from '../../model/outline-model.ts';
import type { DetailsSource } from '../../model/trace-details.ts';
import type { TraceModel } from '../../model/trace-model.ts';
import { readWithProgress } from './read-with-progress.ts';

/** Failed windows are tried again after a second, then later and later, ten at most: as other queries are. */
const longestPauseMillis = 10_000;

/** So many spans take the tree a second: what was read is shown before. */
const slowCount = 200_000;

/** The model of a large trace, whose tags and logs come when they are asked for. Loaded with the first large trace. */
export async function openOutline(response: Response, signal: AbortSignal): Promise<TraceModel> {
  try {
    const outline = decodeTraceOutline(await readWithProgress(response, signal));
    if (outline.count >= slowCount) await painted();
    return outlineModel(outline, sourceOf(outline.traceId));
  } finally {
    reportProgress(undefined);
  }
}

/** A background tab paints nothing and has no frames, so this is a time. */
function painted(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
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
