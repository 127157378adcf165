import { describe, expect, it } from 'vitest';
import { sixSpans, testOriginMicros, traceOf } from './testing/trace-of.ts';

describe('buildTraceModel', () => {
  it('sums up the trace', () => {
    const model = sixSpans();
    expect(model).toMatchObject({ count: 6, totalNanos: 1_000_000, errorCount: 1, maxDepth: 3, mainRoot: 0 });
    expect(model.tree.originMicros).toBe(testOriginMicros);
  });

  it('adds up self time, spans and errors by service', () => {
    const services = new Map(sixSpans().services.map((service) => [service.name, service]));
    expect(services.get('orders')).toMatchObject({ spanCount: 3, errorCount: 0, selfNanos: 400_000 });
    expect(services.get('payment')).toMatchObject({ spanCount: 1, errorCount: 1, selfNanos: 200_000 });
    expect(new Set([...services.values()].map(({ hue }) => hue)).size).toBe(4);
  });

  it('accounts for the whole duration of the root on the critical path', () => {
    const { criticalNanos, shares } = sixSpans();
    expect(criticalNanos.reduce((sum, nanos) => sum + nanos, 0)).toBe(1_000_000);
    expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  it('takes the root without a parent for the trace, not an orphan that started before', () => {
    const model = traceOf({ id: 7, parent: 99, start: 0, duration: 5 }, { id: 1, start: 10, duration: 50 });
    expect(model.tree.spans[model.mainRoot]?.spanId1).toBe(1);
    expect(model.warningsBySpan.get(0)?.map(({ kind }) => kind)).toEqual(['orphan']);
  });

  it('takes a trace of no spans and one of no length', () => {
    expect(traceOf()).toMatchObject({ count: 0, mainRoot: -1, totalNanos: 1 });
    expect(traceOf({ id: 1, start: 0, duration: 0 }).totalNanos).toBe(1);
  });
});
