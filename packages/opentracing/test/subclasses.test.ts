import { createRequire } from 'node:module';

import { afterEach, describe, expect, it } from 'vitest';

import * as opentracing from '../src/index.ts';
import { AsyncLocalStorageScopeManager } from '../src/scope-managers/async-local-storage.ts';

const require = createRequire(import.meta.url);

interface Subclasses {
  Tracer: new (...args: unknown[]) => opentracing.Tracer;
  Span: new (tracer: unknown, name: string) => opentracing.Span & { seen: object; fields: opentracing.SpanOptions };
  Mock: new () => opentracing.MockTracer & { extra: boolean };
}

const makeSubclasses = require('./fixtures/es5-subclasses.cjs') as (module: object) => Record<string, Subclasses>;

for (const [kind, { Tracer, Span, Mock }] of Object.entries(makeSubclasses(opentracing))) {
  describe(`subclasses made the ${kind} way`, () => {
    it('are instances of their parents and start spans of their own', () => {
      const tracer = new Tracer();
      const span = tracer.startSpan('work');
      expect(tracer).toBeInstanceOf(opentracing.Tracer);
      expect(span).toBeInstanceOf(opentracing.Span);
      expect(span).toBeInstanceOf(Span);
      expect(span.tracer()).toBe(tracer);
      expect(span.setTag('a', 1).addTags({ b: 2 })).toHaveProperty('seen', { a: 1, b: 2 });
    });

    it('take no argument for a scope manager that is none', () => {
      const tracer = new Tracer({ serviceName: 'x' }, 'another');
      expect(tracer.activeSpan).toBeNull();
      expect(tracer.startActiveSpan('work').span).toBeInstanceOf(Span);
      expect(tracer.activeSpan).toBeNull();
    });

    it('can be given a scope manager, and then have implicit parents', () => {
      const tracer = new Tracer();
      tracer.scopeManager = new AsyncLocalStorageScopeManager();
      const scope = tracer.startActiveSpan('parent');
      const child = tracer.startSpan('child') as InstanceType<typeof Span>;
      expect(child.fields.references?.map((reference) => reference.type())).toEqual(['child_of']);
      expect(child.fields.references?.[0]?.referencedContext().toSpanId()).toBe(scope.span.context().toSpanId());
      scope.close();
      expect((tracer.startSpan('root') as InstanceType<typeof Span>).fields).toEqual({});
    });

    it('of the mock tracer keep its state', () => {
      const tracer = new Mock();
      tracer.startSpan('work', { tags: { a: 1 } }).finish();
      expect(tracer.extra).toBe(true);
      expect(tracer.report().spans).toHaveLength(1);
      expect(tracer.report().firstSpanWithTagValue('a', 1)?.operationName()).toBe('work');
    });
  });
}

describe('prototype patching', () => {
  const { _addTags } = opentracing.Span.prototype as unknown as { _addTags: () => void };
  const { _startSpan } = opentracing.Tracer.prototype as unknown as { _startSpan: () => opentracing.Span };
  const { finish } = opentracing.Span.prototype as { finish: (this: unknown, finishTime?: number) => void };
  afterEach(() => {
    Object.assign(opentracing.Span.prototype, { _addTags, finish });
    Object.assign(opentracing.Tracer.prototype, { _startSpan });
  });

  it('reaches the spans of the no-op tracer', () => {
    const seen: unknown[] = [];
    Object.assign(opentracing.Span.prototype, {
      _addTags: (tags: object) => seen.push(tags),
      finish: () => seen.push('finish'),
    });
    new opentracing.Tracer().startSpan('work').setTag('a', 1).finish();
    expect(seen).toEqual([{ a: 1 }, 'finish']);
  });

  it('reaches the no-op tracer', () => {
    const span = new opentracing.Span();
    Object.assign(opentracing.Tracer.prototype, { _startSpan: () => span });
    expect(new opentracing.Tracer().startSpan('work')).toBe(span);
  });

  it('can call what it replaced', () => {
    let finished = 0;
    opentracing.Span.prototype.finish = function (time) {
      finished++;
      finish.call(this, time);
    };
    const span = new opentracing.MockTracer().startSpan('work');
    span.finish(5);
    expect(finished).toBe(1);
    expect(span).toHaveProperty('_finishMs', 5);
  });
});

describe('methods', () => {
  it('can be copied to a class that mixes them in, and listed, as those of npm opentracing', () => {
    class Mixed {
      readonly own = true;
    }
    Object.assign(Mixed.prototype, opentracing.Span.prototype);
    expect((new Mixed() as unknown as opentracing.Span).setTag('a', 1)).toBeInstanceOf(Mixed);
    const names: string[] = [];
    for (const name in opentracing.Tracer.prototype) names.push(name);
    expect(names).toEqual(
      expect.arrayContaining(['startSpan', 'inject', 'extract', '_startSpan', '_inject', '_extract']),
    );
    expect(names).not.toContain('constructor');
  });
});

describe('constructors', () => {
  it('bear the names of npm opentracing, and prototypes lead back to them', () => {
    for (const name of ['Tracer', 'Span', 'SpanContext', 'Reference', 'BinaryCarrier', 'MockTracer'] as const) {
      const { [name]: constructor } = { ...opentracing };
      expect(constructor.name).toBe(name);
      expect(constructor.prototype.constructor).toBe(constructor);
    }
  });

  it('fill what they are called on without new', () => {
    const context = new opentracing.SpanContext();
    const reference = Object.create(opentracing.Reference.prototype) as opentracing.Reference;
    (opentracing.Reference as unknown as Function).call(reference, 'child_of', context);
    expect([reference.type(), reference.referencedContext()]).toEqual(['child_of', context]);
    const carrier = Object.create(opentracing.BinaryCarrier.prototype) as opentracing.BinaryCarrier;
    (opentracing.BinaryCarrier as unknown as Function).call(carrier, [1]);
    expect(carrier.buffer).toEqual([1]);
  });
});
