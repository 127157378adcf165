import { describe, expect, it } from 'vitest';

import { spanRecord } from '@spanwise/wire/span-record';

import { OverloadedError } from '../span-store.ts';
import { bodyOf, spanStoreConformance } from '../span-store.conformance.ts';
import { MemorySpanStore } from './memory-span-store.ts';

spanStoreConformance('MemorySpanStore', async () => {
  const store = new MemorySpanStore();
  return { store, remove: () => store.close() };
});

describe('MemorySpanStore', () => {
  const spans = (count: number) =>
    Array.from({ length: count }, (_, index) => spanRecord({ traceId3: index + 1, spanId1: 1 }));

  it('lets the oldest arrivals go beyond a tenth over its limit', async () => {
    const store = new MemorySpanStore({ maxSpans: 10 });
    await store.append(bodyOf(spans(10)));
    await store.append(bodyOf([spanRecord({ traceId3: 11, spanId1: 1 })]));
    expect(await store.trace([0, 0, 0, 1])).toHaveLength(1);
    await store.append(bodyOf([spanRecord({ traceId3: 12, spanId1: 1 })]));
    expect(await store.trace([0, 0, 0, 2])).toHaveLength(0);
    expect(await store.trace([0, 0, 0, 3])).toHaveLength(1);
  });

  it('takes a body as large as its limit and no larger one', async () => {
    const store = new MemorySpanStore({ maxSpans: 3 });
    await store.append(bodyOf(spans(3)));
    await expect(store.append(bodyOf(spans(4)))).rejects.toThrow(OverloadedError);
    expect(store.stats().refusedBodies).toBe(1);
  });

  it('refuses a limit of zero', () => {
    expect(() => new MemorySpanStore({ maxSpans: 0 })).toThrow('maxSpans is 0');
  });
});
