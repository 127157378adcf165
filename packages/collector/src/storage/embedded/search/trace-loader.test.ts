import { spanRecord } from '@spanwise/wire/span-record';
import { describe, expect, it } from 'vitest';

import type { TraceLow } from './segment-search.ts';
import type { ReadRows } from './trace-loader.ts';
import { TraceLoader } from './trace-loader.ts';

const candidates = (count: number) =>
  Array.from({ length: count }, (_, trace) => ({ traceId2: 0, traceId3: trace, newestMicros: count - trace }));

/** Traces of so many spans each. `reads` notes how many were asked for and how many spans came. */
function traces(sizeOf: (trace: number) => number): { read: ReadRows; reads: [number, number | undefined][] } {
  const reads: [number, number | undefined][] = [];
  const read: ReadRows = async (lows, most) => {
    const rows = lows.flatMap(([, trace]: TraceLow) =>
      Array.from({ length: sizeOf(trace) }, () => spanRecord({ traceId3: trace })),
    );
    reads.push([lows.length, rows.length > most ? undefined : rows.length]);
    return rows.length > most ? undefined : rows;
  };
  return { read, reads };
}

async function loadAll(loader: TraceLoader, count: number): Promise<number> {
  let spans = 0;
  for (let rest = candidates(count); rest.length > 0;) {
    const loaded = await loader.load(rest);
    spans += loaded.rows.length;
    rest = rest.slice(loaded.count);
  }
  return spans;
}

describe('TraceLoader', () => {
  it('loads small traces in few reads', async () => {
    const { read, reads } = traces(() => 8);
    expect(await loadAll(new TraceLoader(read, 1000), 200)).toBe(1600);
    expect(reads).toEqual([
      [20, 160],
      [125, 1000],
      [55, 440],
    ]);
  });

  it('loads fewer together when they are large', async () => {
    const { read, reads } = traces(() => 100);
    expect(await loadAll(new TraceLoader(read, 1000), 25)).toBe(2500);
    expect(reads).toEqual([
      [20, undefined],
      [10, 1000],
      [10, 1000],
      [5, 500],
    ]);
  });

  it('loads a trace that is larger than allowed by itself, and others together again', async () => {
    const { read, reads } = traces((trace) => (trace === 1 ? 1001 : 1));
    expect(await loadAll(new TraceLoader(read, 1000), 20)).toBe(1020);
    expect(reads.filter(([, spans]) => spans !== undefined)).toEqual([
      [1, 1],
      [1, 1001],
      [1, 1],
      [17, 17],
    ]);
  });

  it('loads candidates of which nothing is left', async () => {
    const { read } = traces(() => 0);
    expect(await loadAll(new TraceLoader(read, 10), 30)).toBe(0);
  });
});
