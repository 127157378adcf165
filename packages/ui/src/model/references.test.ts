import { describe, expect, it } from 'vitest';
import type { SpanLink } from '@spanwise/wire/span-record';
import { findReferences } from './references.ts';
import { traceOf } from './testing/trace-of.ts';

const link = (spanId1: number, traceId3 = 0xabcd): SpanLink => ({
  traceId0: 0,
  traceId1: 0,
  traceId2: 0,
  traceId3,
  spanId0: 0,
  spanId1,
  traceState: '',
  flags: 0,
  attributes: ['opentracing.ref_type', 'follows_from'],
  droppedAttributesCount: 0,
});

describe('findReferences', () => {
  const model = traceOf(
    { id: 1, start: 0, duration: 100 },
    { id: 2, parent: 1, start: 10, duration: 10, more: { links: [link(1)] } },
    { id: 3, parent: 1, start: 30, duration: 10, more: { links: [link(2), link(9), link(5, 0x77)] } },
  );

  it('finds what a span refers to: here, missing, and in another trace', () => {
    expect(findReferences(model, 2)).toEqual([
      { incoming: false, type: 'follows_from', traceId: model.traceId, spanId: '0000000000000002', index: 1 },
      { incoming: false, type: 'follows_from', traceId: model.traceId, spanId: '0000000000000009', index: -1 },
      { incoming: false, type: 'follows_from', traceId: `${'0'.repeat(30)}77`, spanId: '0000000000000005', index: -1 },
    ]);
  });

  it('finds what refers to a span', () => {
    expect(findReferences(model, 1)).toEqual([
      { incoming: true, type: 'follows_from', traceId: model.traceId, spanId: '0000000000000003', index: 2 },
    ]);
  });

  it('does not repeat the parent, seen from either side', () => {
    expect(findReferences(model, 0)).toEqual([]);
  });
});
