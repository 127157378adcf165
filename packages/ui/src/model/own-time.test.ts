import { SpanKind } from '@spanwise/wire/span-record';
import { describe, expect, it } from 'vitest';
import { barGeometry } from './bar-geometry.ts';
import { ownStretches, toPixelRuns } from './own-time.ts';
import { sixSpans, testOriginMicros, traceOf } from './testing/trace-of.ts';
import type { TraceModel } from './trace-model.ts';
import { placesOf } from './visible-rows.ts';

describe('ownStretches', () => {
  it('leaves out the time of the children', () => {
    const { tree } = sixSpans();
    expect([...ownStretches(tree, 1)]).toEqual([100e3, 150e3, 250e3, 300e3, 400e3, 450e3, 650e3, 700e3]);
  });

  it('takes overlapping children, and children that begin before or end after their parent', () => {
    const { tree } = traceOf(
      { id: 1, start: 100, duration: 100 },
      { id: 2, parent: 1, start: 50, duration: 70 },
      { id: 3, parent: 1, start: 110, duration: 30 },
      { id: 4, parent: 1, start: 180, duration: 900 },
    );
    const root = tree.spans.findIndex((span) => span.spanId1 === 1);
    const own = [...ownStretches(tree, placesOf(tree)[root]!)];
    expect(own.map((nanos) => nanos - tree.startOffsetNanos[root]!)).toEqual([40e3, 80e3]);
  });

  it.each([
    ['children', sixSpans()],
    ['a consumer that outlives its producer', outlivedProducer()],
  ])('adds up to the self time of the analysis: %s', (_, { tree, selfNanos }) => {
    for (const [place, index] of tree.order.entries()) {
      const own = ownStretches(tree, place);
      const sum = own.reduce((total, edge, at) => total + (at % 2 === 0 ? -edge : edge), 0);
      expect(sum).toBe(selfNanos[index]);
    }
  });
});

/** The producer did not wait for the consumer, so all of it is its own time. */
function outlivedProducer(): TraceModel {
  return traceOf(
    { id: 1, start: 0, duration: 100, more: { kind: SpanKind.producer } },
    { id: 2, parent: 1, start: 40, duration: 500, more: { kind: SpanKind.consumer } },
  );
}

describe('toPixelRuns', () => {
  it('joins what touches on the screen', () => {
    const many = Array.from({ length: 50_000 }, (_, at) => at);
    expect(toPixelRuns(many, { from: 0, to: 50_000 }, 800).length).toBeLessThanOrEqual(2);
  });

  it('cuts to the window and leaves out what is beyond it', () => {
    expect(toPixelRuns([0, 10, 40, 60, 90, 100], { from: 20, to: 50 }, 300)).toEqual([200, 301]);
  });
});

describe('barGeometry', () => {
  const window = { from: 0, to: 1_000_000 };

  it('puts a span where it was', () => {
    const model = sixSpans();
    expect(barGeometry(model, 1, ownStretches(model.tree, 1), window, 1000)).toMatchObject({
      visible: true,
      left: 100,
      right: 700,
    });
  });

  it('shows a span of no length', () => {
    const model = traceOf({ id: 1, start: 0, duration: 1000 }, { id: 2, parent: 1, start: 500, duration: 0 });
    const bar = barGeometry(model, 1, ownStretches(model.tree, 1), window, 1000);
    expect(bar.right - bar.left).toBe(2);
    expect(bar.own).toEqual([500, 502]);
  });

  it('says when a span is not in the window', () => {
    const model = sixSpans();
    const bar = barGeometry(model, 5, ownStretches(model.tree, 5), { from: 0, to: 500_000 }, 1000);
    expect(bar.visible).toBe(false);
    expect(bar.left).toBeGreaterThan(1000);
  });

  it('puts logs at their time, at most one a pixel', () => {
    const event = (offset: number): object => ({
      timeMicros: testOriginMicros + offset,
      timeNanos: 0,
      name: 'x',
      attributes: [],
      droppedAttributesCount: 0,
    });
    const model = traceOf({
      id: 1,
      start: 0,
      duration: 1000,
      more: { events: [event(250), event(250.2), event(700)] as never },
    });
    expect(barGeometry(model, 0, ownStretches(model.tree, 0), window, 1000).events).toEqual([250, 700]);
  });
});
