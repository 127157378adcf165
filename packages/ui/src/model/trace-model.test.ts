import { describe, expect, it } from 'vitest';
import { carriedView } from './carried-view.ts';
import { sixSpans, testOriginMicros, traceOf } from './testing/trace-of.ts';
import { withClocksCorrected } from './trace-model.ts';
import { viewFromParams } from './view-state.ts';

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

describe('withClocksCorrected', () => {
  const skewed = traceOf(
    { id: 1, start: 0, duration: 100_000, service: 'shop', more: { kind: 3 } },
    { id: 2, parent: 1, start: -500_000, duration: 60_000, service: 'stock', more: { kind: 2 } },
    { id: 3, parent: 1, start: 90_000, duration: 5_000, service: 'shop' },
  );

  it('moves what lies outside its caller, and keeps what was sent', () => {
    const model = withClocksCorrected(skewed);
    expect(model.totalNanos).toBe(100_000_000);
    expect(Array.from(model.tree.spans, ({ spanId1 }) => spanId1)).toEqual([1, 2, 3]);
    expect([...model.movedNanos]).toEqual([0, 520_000_000, 0]);
    expect(model.sent.map(({ startMicros }) => startMicros - testOriginMicros)).toEqual([0, -500_000, 90_000]);
    expect(model.warningsBySpan.get(1)).toMatchObject([{ kind: 'clock-corrected', nanos: 520_000_000 }]);
  });

  it('carries the view over, there and back', () => {
    const model = withClocksCorrected(skewed);
    const view = { ...viewFromParams(skewed, {}), selected: 0, focus: 1 };
    expect(skewed.tree.spans[0]!.spanId1).toBe(2);
    const carried = carriedView(skewed, model, view);
    expect([carried.selected, carried.focus]).toEqual([1, 0]);
    expect(carriedView(model, skewed, carried)).toEqual(view);
  });

  it('is the same model where all clocks agree', () => {
    const model = sixSpans();
    expect(withClocksCorrected(model)).toBe(model);
  });
});
