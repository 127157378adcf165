import { SpanKind } from '@spanwise/wire/span-record';
import { describe, expect, it } from 'vitest';
import { spanPath } from './span-path.ts';
import { sixSpans, traceOf } from './testing/trace-of.ts';

describe('spanPath', () => {
  it('takes the same whole as the shares of the header, though the trace goes on after its root', () => {
    const model = traceOf(
      { id: 1, start: 0, duration: 100 },
      { id: 2, parent: 1, start: 0, duration: 80, name: 'call' },
      { id: 3, parent: 1, start: 200, duration: 300, more: { kind: SpanKind.consumer } },
    );
    const share = model.shares.find(({ spanName }) => spanName === 'call');
    expect(model.totalNanos).toBe(500_000);
    expect(spanPath(model, 1)).toEqual({ top: 0, nanos: 80_000, share: 0.8 });
    expect(share).toMatchObject({ index: 1, share: 0.8 });
  });

  it('is that of a consumer for what the consumer does', () => {
    const model = traceOf(
      { id: 1, start: 0, duration: 100 },
      { id: 2, parent: 1, start: 90, duration: 5, more: { kind: SpanKind.producer } },
      { id: 3, parent: 2, start: 200, duration: 200, more: { kind: SpanKind.consumer } },
      { id: 4, parent: 3, start: 210, duration: 150 },
    );
    expect(model.criticalNanos[3]).toBe(0);
    expect(spanPath(model, 3)).toEqual({ top: 2, nanos: 150_000, share: 0.75 });
    expect(spanPath(model, 2)).toEqual({ top: 2, nanos: 50_000, share: 0.25 });
    expect(spanPath(model, 1)).toEqual({ top: 0, nanos: 5000, share: 0.05 });
  });

  it('adds up to the whole of the trace’s path', () => {
    const model = sixSpans();
    const shares = Array.from(model.tree.spans, (_, index) => spanPath(model, index).share);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  });
});
