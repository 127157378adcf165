import { afterEach, describe, expect, it, vi } from 'vitest';

import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP, REFERENCE_FOLLOWS_FROM } from '../constants.ts';
import type { KeyValues } from '../contract.ts';
import { childOf, followsFrom } from '../functions.ts';
import { Reference } from '../reference.ts';
import { SpanContext } from '../span_context.ts';
import { suppressTracing } from '../suppress-tracing.ts';
import { noopSpan, Span } from '../span.ts';
import { Tracer } from '../tracer.ts';
import { MockSpan } from './mock_span.ts';
import { MockTracer } from './mock_tracer.ts';

/** A clock that moves by one second each time it is read. */
function steppingClock(): () => number {
  let now = 0;
  return () => (now += 1000);
}

describe('MockTracer', () => {
  it('keeps what it was told', () => {
    const tracer = new MockTracer({ nowMillis: steppingClock() });
    const tags = { a: 1 };
    const span = tracer.startSpan('work', { tags });
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
    const span = new MockTracer().startSpan('work', { startTime: 0 });
    expect(span.finishTime()).toBeUndefined();
    span.finish(0);
    expect([span.startTime(), span.finishTime(), span.isFinished()]).toEqual([0, 0, true]);
  });

  it('takes null for no options', () => {
    expect(new MockTracer(null as never).startSpan('work').isFinished()).toBe(false);
  });

  it('reports a span that finished at time 0 as finished', () => {
    const tracer = new MockTracer();
    tracer.startSpan('finished', { startTime: 0 }).finish(0);
    const open = tracer.startSpan('open');
    expect(tracer.report().unfinishedSpans).toEqual([open]);
  });

  it('counts the first finish only', () => {
    const tracer = new MockTracer();
    const span = tracer.startSpan('work', { startTime: 1 });
    span.finish(5);
    span.finish(9);
    expect(span.durationMs()).toBe(4);
    expect(tracer.stats()).toEqual({ corruptedCarriers: 0, ignoredFinishes: 1, lateCalls: 0, droppedFinishes: 0 });
    expect(tracer.finishedSpans()).toEqual([span]);
  });

  it('throws at a second finish when strict', () => {
    const span = new MockTracer({ strict: true }).startSpan('work');
    span.finish();
    expect(() => span.finish()).toThrow(/finished before/);
  });

  it('lists finished spans in the order of their finish, and forgets them on reset', () => {
    const tracer = new MockTracer({ nowMillis: () => 1 });
    const [a, b, c] = [tracer.startSpan('a'), tracer.startSpan('b'), tracer.startSpan('c')];
    c.finish();
    a.finish();
    expect(tracer.finishedSpans()).toEqual([c, a]);
    expect(tracer.report().unfinishedSpans).toEqual([b]);
    tracer.reset();
    expect(tracer.finishedSpans()).toEqual([]);
    tracer.startSpan('d');
    tracer.clear();
    expect(tracer.report().spans).toEqual([]);
  });

  it('reports spans by tag, whatever the tag is called', () => {
    const tracer = new MockTracer();
    const span = tracer.startSpan('work', { tags: { constructor: 'a', toString: 1 } });
    tracer.startSpan('later', { tags: { constructor: 'a' } });
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

  it('lets a derived tracer start spans of another class, with a parent beside references', () => {
    class Plain extends Span {}
    class Derived extends MockTracer {
      protected override _startSpan(): MockSpan {
        return new Plain() as never;
      }
    }
    const parent = new MockTracer().startSpan('parent');
    const options = { childOf: parent, references: [followsFrom(parent)] };
    expect(new Derived().startSpan('child', options)).toBeInstanceOf(Plain);
  });

  it('gives the no-op span where tracing is switched off', () => {
    const tracer = new MockTracer();
    expect(suppressTracing(tracer, () => tracer.startSpan('work'))).toBe(noopSpan);
    expect(tracer.report().spans).toEqual([]);
  });
});

describe('fake timers', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are the clock of a tracer that was made before, and of spans made by hand', () => {
    const tracer = new MockTracer();
    vi.useFakeTimers({ now: 1000 });
    const span = tracer.startSpan('work');
    const byHand = new MockSpan(new Tracer());
    vi.advanceTimersByTime(50);
    span.log({ event: 'later' });
    span.finish();
    byHand.finish();
    expect([span.startTime(), span.durationMs(), span.logs()[0]?.timestamp]).toEqual([1000, 50, 1050]);
    expect([byHand.startTime(), byHand.durationMs()]).toEqual([1000, 50]);
  });
});

describe('spans that are open', () => {
  it('are listed in the order of their start', () => {
    const tracer = new MockTracer();
    const [a, b, c] = [tracer.startSpan('a'), tracer.startSpan('b'), tracer.startSpan('c')];
    b.finish();
    expect(tracer.unfinishedSpans()).toEqual([a, c]);
  });

  it('outlive reset, and are forgotten by clear', () => {
    const tracer = new MockTracer();
    const [done, open] = [tracer.startSpan('done'), tracer.startSpan('open')];
    done.finish();
    tracer.reset();
    expect(tracer.unfinishedSpans()).toEqual([open]);
    open.finish();
    expect(tracer.finishedSpans()).toEqual([open]);
    const forgotten = tracer.startSpan('forgotten');
    tracer.clear();
    forgotten.finish();
    expect(tracer.finishedSpans()).toEqual([]);
  });

  it('are what whenIdle waits for', async () => {
    const tracer = new MockTracer();
    await tracer.whenIdle();
    const [a, b] = [tracer.startSpan('a'), tracer.startSpan('b')];
    const seen: string[] = [];
    const idle = [tracer.whenIdle(), tracer.whenIdle()].map((promise) => promise.then(() => seen.push('idle')));
    a.finish();
    await Promise.resolve();
    seen.push('one is open');
    b.finish();
    await Promise.all(idle);
    expect(seen).toEqual(['one is open', 'idle', 'idle']);
  });

  it('are not waited for once they are forgotten', async () => {
    const tracer = new MockTracer();
    tracer.startSpan('leaked');
    const idle = tracer.whenIdle();
    tracer.clear();
    await idle;
  });
});

describe('calls after the finish of a mock span', () => {
  it('take effect, are counted, and are told with name, id and stack', () => {
    const tracer = new MockTracer();
    const span = tracer.startSpan('work');
    span.setTag('early', 1).finish();
    expect(tracer.generatedErrors()).toEqual([]);
    span.setTag('a', 1).addTags({ b: 2 }).log({ event: 'x' }).setBaggageItem('c', 'd').setOperationName('renamed');
    expect([span.tags(), span.logs().length, span.operationName()]).toEqual([{ early: 1, a: 1, b: 2 }, 1, 'renamed']);
    expect(span.getBaggageItem('c')).toBe('d');
    expect(tracer.stats()).toMatchObject({ lateCalls: 5, ignoredFinishes: 0 });
    const errors = tracer.generatedErrors();
    expect(errors.map((error) => error.split(' ')[0])).toEqual([
      'setTag',
      'setTag',
      'log',
      'setBaggageItem',
      'setOperationName',
    ]);
    expect(errors[0]).toContain(`setTag after the finish of the span "work" (${span.uuid()})`);
    expect(errors[0]).toContain('mock_tracer.test');
  });

  it('count apart when they are finishes, and are told too', () => {
    const tracer = new MockTracer();
    const span = tracer.startSpan('work');
    span.finish();
    span.finish();
    expect(tracer.stats()).toMatchObject({ lateCalls: 0, ignoredFinishes: 1 });
    expect(tracer.generatedErrors()).toEqual([expect.stringContaining('finish after the finish of the span "work"')]);
  });

  it('are still counted after a reset, which forgets what was told', () => {
    const tracer = new MockTracer();
    const span = tracer.startSpan('work');
    span.finish();
    span.setTag('a', 1);
    tracer.reset();
    expect(tracer.generatedErrors()).toEqual([]);
    span.setTag('b', 1);
    expect(tracer.generatedErrors()).toHaveLength(1);
    expect(tracer.stats().lateCalls).toBe(2);
  });

  it('are nobody to tell to when the tracer is another', () => {
    const span = new MockSpan(new Tracer());
    span.finish();
    span.setTag('a', 1).finish();
    expect([span.tags(), span.ignoredFinishes()]).toEqual([{ a: 1 }, 1]);
    expect(span.context().toTraceId()).toMatch(/^[0-9a-f]{32}$/);
    expect(span.context().toTraceId()).toBe(span.context().toTraceId());
  });
});

describe('a closed MockTracer', () => {
  it('keeps what finished before, and drops and counts what finishes later', async () => {
    const tracer = new MockTracer({ strict: true });
    const [before, open] = [tracer.startSpan('before'), tracer.startSpan('open')];
    before.finish();
    let calls = 0;
    await tracer.close(() => calls++);
    await tracer.close(() => calls++);
    expect(calls).toBe(2);
    expect(tracer.unfinishedSpans()).toEqual([open]);
    open.setTag('a', 1).finish();
    tracer.startSpan('late', { childOf: open }).finish();
    expect(open.isFinished()).toBe(true);
    expect(tracer.finishedSpans()).toEqual([before]);
    expect(tracer.unfinishedSpans()).toEqual([]);
    expect(tracer.stats().droppedFinishes).toBe(2);
    await tracer.whenIdle();
  });

  it('is what `await using` leaves', async () => {
    const tracer = new MockTracer();
    {
      await using disposed = tracer;
      disposed.startSpan('in time').finish();
    }
    tracer.startSpan('late').finish();
    expect(tracer.finishedSpans().map((span) => span.operationName())).toEqual(['in time']);
  });
});

describe('ids and references of mock spans', () => {
  it('a root has a trace id of its own, which is not its span id', () => {
    const context = new MockTracer().startSpan('root').context();
    expect(context.toTraceId()).toMatch(/^[0-9a-f]{32}$/);
    expect(context.toSpanId()).toMatch(/^[0-9a-f]{16}$/);
    expect(context.toTraceId()).not.toContain(context.toSpanId());
    expect(context.span().uuid()).toBe(context.toSpanId());
  });

  it('a child is in the trace of its parent', () => {
    const tracer = new MockTracer();
    const parent = tracer.startSpan('parent');
    const child = tracer.startSpan('child', { childOf: parent });
    expect(child.context().toTraceId()).toBe(parent.context().toTraceId());
    expect(child.parentId()).toBe(parent.uuid());
    expect(child.uuid()).not.toBe(parent.uuid());
  });

  it('all references are kept, and the first child-of reference is the parent', () => {
    const tracer = new MockTracer();
    const [a, b, c] = [tracer.startSpan('a'), tracer.startSpan('b'), tracer.startSpan('c')];
    const span = tracer.startSpan('d', { references: [followsFrom(a), childOf(b), childOf(c)] });
    expect(span.references().map((reference) => reference.referencedContext().toSpanId())).toEqual([
      a.uuid(),
      b.uuid(),
      c.uuid(),
    ]);
    expect(span.parentId()).toBe(b.uuid());
    const follower = tracer.startSpan('e', { references: [followsFrom(a), followsFrom(c)] });
    expect(follower.parentId()).toBe(a.uuid());
    expect(follower.references()[0]?.type()).toBe(REFERENCE_FOLLOWS_FROM);
  });

  it('a reference to nothing, or to the no-op, makes no parent', () => {
    const tracer = new MockTracer();
    const nothing = new Reference('child_of', null);
    expect(tracer.startSpan('a', { references: [nothing, childOf(new SpanContext())] }).parentId()).toBeUndefined();
  });
});

describe('sequential ids', () => {
  it('begin at 1 for each tracer; a root takes its span id, then its trace id; a child takes one', () => {
    for (const tracer of [new MockTracer({ ids: 'sequential' }), new MockTracer({ ids: 'sequential' })]) {
      const root = tracer.startSpan('root');
      const child = tracer.startSpan('child', { childOf: root });
      const other = tracer.startSpan('other');
      expect([root, child, other].map((span) => [Number(span.uuid()), Number(span.context().toTraceId())])).toEqual([
        [1, 2],
        [3, 2],
        [4, 5],
      ]);
      expect(root.uuid()).toBe('0000000000000001');
      expect(root.context().toTraceId()).toBe('00000000000000000000000000000002');
    }
  });

  it('go on after a reset, are hex, and can be carried', () => {
    const tracer = new MockTracer({ ids: 'sequential' });
    for (let spans = 0; spans < 4; spans++) tracer.startSpan('a');
    tracer.reset();
    const span = tracer.startSpan('b');
    expect([span.uuid(), span.context().toTraceId()]).toEqual(['9'.padStart(16, '0'), 'a'.padStart(32, '0')]);
    const carrier = {};
    tracer.inject(span, FORMAT_TEXT_MAP, carrier);
    expect(tracer.extract(FORMAT_TEXT_MAP, carrier)?.toSpanId()).toBe(span.uuid());
  });

  it('are random by default, and of no third kind', () => {
    expect(new MockTracer({ ids: 'random' }).startSpan('a').uuid()).not.toMatch(/^0{8}/);
    expect(() => new MockTracer({ ids: 'uuid' as 'random' })).toThrow(
      new TypeError("ids must be 'random' or 'sequential', was uuid"),
    );
  });
});

describe('tags of mock spans', () => {
  it('can be asked for one by one', () => {
    const span = new MockTracer().startSpan('a', { tags: { zero: 0 } });
    expect([span.tag('zero'), span.tag('missing'), span.tag('toString')]).toEqual([0, undefined, undefined]);
  });
});

describe('a key that is called __proto__', () => {
  it('is kept in tags, log fields and baggage, like any other', () => {
    const tracer = new MockTracer();
    const given = JSON.parse('{"__proto__": "given"}') as KeyValues;
    const span = tracer.startSpan('a', { tags: given });
    expect(Object.entries(span.tags())).toEqual([['__proto__', 'given']]);
    span.setTag('__proto__', 'set').log(given).setBaggageItem('__proto__', 'carried');
    expect([span.tag('__proto__'), Object.entries(span.tags())]).toEqual(['set', [['__proto__', 'set']]]);
    span.addTags({ ...given, other: 1 }).addTags(undefined as never);
    expect(Object.entries(span.tags())).toEqual(Object.entries({ ...given, other: 1 }));
    expect(Object.entries(span.logs()[0]?.fields ?? {})).toEqual([['__proto__', 'given']]);
    expect(tracer.report().firstSpanWithTagValue('__proto__', 'given')).toBe(span);
    for (const format of [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS, FORMAT_BINARY]) {
      const carrier = {};
      tracer.inject(span, format, carrier);
      const child = tracer.startSpan('child', { childOf: tracer.extract(format, carrier) });
      expect(child.getBaggageItem('__proto__')).toBe('carried');
    }
    expect(Object.getPrototypeOf(span.tags())).toBe(Object.prototype);
  });
});

describe('baggage of mock spans', () => {
  it('is merged from all references, the later ones first, and those of followed spans too', () => {
    const tracer = new MockTracer();
    const a = tracer.startSpan('a').setBaggageItem('both', 'from a').setBaggageItem('a', '1');
    const b = tracer.startSpan('b').setBaggageItem('both', 'from b').setBaggageItem('b', '2');
    const span = tracer.startSpan('c', { references: [childOf(a), followsFrom(b)] });
    expect(span.context().baggage).toEqual({ both: 'from b', a: '1', b: '2' });
    expect(span.parentId()).toBe(a.context().toSpanId());
    expect(a.getBaggageItem('b')).toBeUndefined();
  });

  it('goes to later children, and contexts show what it was', () => {
    const tracer = new MockTracer();
    const parent = tracer.startSpan('parent');
    const before = parent.context();
    const early = tracer.startSpan('early', { childOf: parent });
    parent.setBaggageItem('Key', 'value').setBaggageItem('__proto__', 'x');
    const late = tracer.startSpan('late', { childOf: parent });
    expect(parent.getBaggageItem('Key')).toBe('value');
    expect(late.getBaggageItem('Key')).toBe('value');
    expect(late.getBaggageItem('__proto__')).toBe('x');
    expect(early.getBaggageItem('Key')).toBeUndefined();
    expect(early.getBaggageItem('toString')).toBeUndefined();
    expect(before.baggage).toStrictEqual({});
    expect(Object.isFrozen(parent.context().baggage)).toBe(true);
  });
});
