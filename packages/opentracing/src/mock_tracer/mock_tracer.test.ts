import { describe, expect, it } from 'vitest';

import { REFERENCE_FOLLOWS_FROM } from '../constants.ts';
import { childOf, followsFrom } from '../functions.ts';
import { Reference } from '../reference.ts';
import { SpanContext } from '../span_context.ts';
import { MockSpan } from './mock_span.ts';
import { MockTracer } from './mock_tracer.ts';

function start(tracer: MockTracer, ...args: Parameters<MockTracer['startSpan']>): MockSpan {
  return tracer.startSpan(...args) as MockSpan;
}

/** A clock that moves by one second each time it is read. */
function steppingClock(): () => number {
  let now = 0;
  return () => (now += 1000);
}

describe('MockTracer', () => {
  it('keeps what it was told', () => {
    const tracer = new MockTracer({ nowMillis: steppingClock() });
    const tags = { a: 1 };
    const span = start(tracer, 'work', { tags });
    span.setTag('b', 'two').addTags({ c: true }).setOperationName('renamed').log({ event: 'x' }).log({ event: 'y' }, 7);
    span.logEvent('z', { size: 1 });
    span.finish();
    expect(span.operationName()).toBe('renamed');
    expect(span.tags()).toEqual({ a: 1, b: 'two', c: true });
    expect(tags).toEqual({ a: 1 });
    expect(span.logs()).toEqual([
      { fields: { event: 'x' }, timestamp: 2000 },
      { fields: { event: 'y' }, timestamp: 7 },
      { fields: { event: 'z', payload: { size: 1 } }, timestamp: 3000 },
    ]);
    expect([span.startTime(), span.finishTime(), span.durationMs()]).toEqual([1000, 4000, 3000]);
    expect(span.tracer()).toBe(tracer);
    expect(span.debug()).toEqual({
      uuid: span.uuid(),
      operation: 'renamed',
      millis: [3000, 1000, 4000],
      tags: span.tags(),
    });
    expect(span._startStack).toContain('mock_tracer.test');
  });

  it('takes start and finish times, 0 too', () => {
    const span = start(new MockTracer(), 'work', { startTime: 0 });
    expect(span.finishTime()).toBeUndefined();
    span.finish(0);
    expect([span.startTime(), span.finishTime(), span.isFinished()]).toEqual([0, 0, true]);
  });

  it('counts the first finish only', () => {
    const tracer = new MockTracer();
    const span = start(tracer, 'work', { startTime: 1 });
    span.finish(5);
    span.finish(9);
    expect(span.durationMs()).toBe(4);
    expect(tracer.stats()).toEqual({ corruptedCarriers: 0, ignoredFinishes: 1 });
    expect(tracer.finishedSpans()).toEqual([span]);
  });

  it('throws at a second finish when strict', () => {
    const span = start(new MockTracer({ strict: true }), 'work');
    span.finish();
    expect(() => span.finish()).toThrow(/finished before/);
  });

  it('lists finished spans in the order of their finish, and forgets them on reset', () => {
    const tracer = new MockTracer({ nowMillis: () => 1 });
    const [a, b, c] = [start(tracer, 'a'), start(tracer, 'b'), start(tracer, 'c')];
    c.finish();
    a.finish();
    expect(tracer.finishedSpans()).toEqual([c, a]);
    expect(tracer.report().unfinishedSpans).toEqual([b]);
    tracer.reset();
    expect(tracer.finishedSpans()).toEqual([]);
    start(tracer, 'd');
    tracer.clear();
    expect(tracer.report().spans).toEqual([]);
  });

  it('reports spans by tag, whatever the tag is called', () => {
    const tracer = new MockTracer();
    const span = start(tracer, 'work', { tags: { constructor: 'a', toString: 1 } });
    start(tracer, 'later', { tags: { constructor: 'a' } });
    const report = tracer.report();
    expect(report.firstSpanWithTagValue('constructor', 'a')).toBe(span);
    expect(report.firstSpanWithTagValue('toString', 1)).toBe(span);
    expect(report.firstSpanWithTagValue('constructor', 'toString')).toBeNull();
    expect(report.firstSpanWithTagValue('hasOwnProperty', 1)).toBeNull();
    expect(report.debugSpans).toHaveLength(2);
  });

  it('lets a derived tracer allocate spans of its own', () => {
    class OwnSpan extends MockSpan {}
    class OwnTracer extends MockTracer {
      protected override _allocSpan(): MockSpan {
        return new OwnSpan(this);
      }
    }
    expect(new OwnTracer().startSpan('work')).toBeInstanceOf(OwnSpan);
  });
});

describe('ids and references of mock spans', () => {
  it('a root has a trace id of its own, which is not its span id', () => {
    const context = start(new MockTracer(), 'root').context();
    expect(context.toTraceId()).toMatch(/^[0-9a-f]{32}$/);
    expect(context.toSpanId()).toMatch(/^[0-9a-f]{16}$/);
    expect(context.toTraceId()).not.toContain(context.toSpanId());
    expect(context.span().uuid()).toBe(context.toSpanId());
  });

  it('a child is in the trace of its parent', () => {
    const tracer = new MockTracer();
    const parent = start(tracer, 'parent');
    const child = start(tracer, 'child', { childOf: parent });
    expect(child.context().toTraceId()).toBe(parent.context().toTraceId());
    expect(child.parentId()).toBe(parent.uuid());
    expect(child.uuid()).not.toBe(parent.uuid());
  });

  it('all references are kept, and the first child-of reference is the parent', () => {
    const tracer = new MockTracer();
    const [a, b, c] = [start(tracer, 'a'), start(tracer, 'b'), start(tracer, 'c')];
    const span = start(tracer, 'd', { references: [followsFrom(a), childOf(b), childOf(c)] });
    expect(span.references().map((reference) => reference.referencedContext().toSpanId())).toEqual([
      a.uuid(),
      b.uuid(),
      c.uuid(),
    ]);
    expect(span.parentId()).toBe(b.uuid());
    const follower = start(tracer, 'e', { references: [followsFrom(a), followsFrom(c)] });
    expect(follower.parentId()).toBe(a.uuid());
    expect(follower.references()[0]?.type()).toBe(REFERENCE_FOLLOWS_FROM);
  });

  it('a reference to nothing, or to the no-op, makes no parent', () => {
    const tracer = new MockTracer();
    const nothing = new Reference('child_of', null as never);
    expect(start(tracer, 'a', { references: [nothing, childOf(new SpanContext())] }).parentId()).toBeUndefined();
  });
});

describe('baggage of mock spans', () => {
  it('goes to later children, and contexts show what it was', () => {
    const tracer = new MockTracer();
    const parent = start(tracer, 'parent');
    const before = parent.context();
    const early = start(tracer, 'early', { childOf: parent });
    parent.setBaggageItem('Key', 'value').setBaggageItem('__proto__', 'x');
    const late = start(tracer, 'late', { childOf: parent });
    expect(parent.getBaggageItem('Key')).toBe('value');
    expect(late.getBaggageItem('Key')).toBe('value');
    expect(late.getBaggageItem('__proto__')).toBe('x');
    expect(early.getBaggageItem('Key')).toBeUndefined();
    expect(early.getBaggageItem('toString')).toBeUndefined();
    expect(before.baggage).toStrictEqual({});
    expect(Object.isFrozen(parent.context().baggage)).toBe(true);
  });
});
