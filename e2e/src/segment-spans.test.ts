import { openEmbeddedStore } from '@spanwise/collector/storage';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { compareSpans } from './compare-spans.ts';
import { spanKeyOf, traceBody, traceIdOf } from './retrying-client.ts';
import type { SentTrace } from './retrying-client.ts';
import { segmentSpans } from './segment-spans.ts';
import { until } from './until.ts';

const series = 0xabc;
const spanCount = 10;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'spanwise-segments-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

/** Appends bodies, each of which becomes a segment. */
async function storeSegments(...bodies: readonly Uint8Array[]): Promise<void> {
  const store = await openEmbeddedStore({ directory, segmentRows: spanCount, rowsPerBlock: spanCount });
  for (const [at, bytes] of bodies.entries()) {
    await store.append({ format: 1, bytes, spanCount });
    await until('the body is a segment', () => (store.stats().segments === at + 1 ? true : undefined));
  }
  await store.close();
}

function sentTrace(turn: number, arrivals: number): SentTrace {
  const spans = Array.from({ length: spanCount }, (_, at) => spanKeyOf({ spanId0: turn, spanId1: at + 1 }));
  return { id: traceIdOf(series, turn), spans, arrivals };
}

it('shows a trace that is stored twice, which queries do not', { timeout: 30_000 }, async () => {
  const twice = traceBody(series, 1, spanCount);
  await storeSegments(twice, traceBody(series, 2, spanCount), traceBody(series + 1, 1, spanCount), twice);

  const { segments, all, bySegment } = await segmentSpans(directory, [series]);
  expect(segments).toBe(4);
  const copies = (trace: SentTrace): number => trace.arrivals;
  const nothing = { missing: [], doubled: [], foreign: [] };
  expect(compareSpans([sentTrace(1, 1), sentTrace(2, 1)], all, copies)).toEqual({
    ...nothing,
    doubled: [traceIdOf(series, 1)],
  });
  expect(compareSpans([sentTrace(1, 2), sentTrace(2, 1)], all, copies)).toEqual(nothing);
  for (const one of bySegment)
    expect(compareSpans([sentTrace(1, 1), sentTrace(2, 1)], one, copies).doubled).toEqual([]);
});
