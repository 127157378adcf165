import { createRequire } from 'node:module';

import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';

import { childOf } from './functions.ts';
import { globalTracer, initGlobalTracer } from './global_tracer.ts';
import { MockSpan } from './mock_tracer/mock_span.ts';
import { MockTracer } from './mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from './scope-managers/async-local-storage.ts';
import { noopSpan, type Span } from './span.ts';
import { suppressTracing } from './suppress-tracing.ts';
import { type SpanOptions, Tracer } from './tracer.ts';

describe('the global tracer', () => {
  afterEach(() => initGlobalTracer(null));

  it('is the no-op until one is set, and again after null', () => {
    expect(globalTracer()).toBeInstanceOf(Tracer);
    expect(globalTracer().startSpan('a')).toBe(noopSpan);
    initGlobalTracer(new MockTracer());
    expect(globalTracer().startSpan('a')).not.toBe(noopSpan);
    initGlobalTracer(null);
    expect(globalTracer().startSpan('a')).toBe(noopSpan);
  });

  it('may be kept from before the application sets one', () => {
    const kept = globalTracer();
    const tracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager() });
    initGlobalTracer(tracer);
    kept.withActiveSpan('outer', () => {
      const scope = kept.startActiveSpan('inner', { tags: { a: 1 } });
      expect(kept.activeSpan).toBe(scope.span);
      expect(kept.scopeManager).toBe(tracer.scopeManager);
      scope.close();
    });
    kept.withActiveSpan('with options', { tags: { b: 1 } }, () => {});
    expect(tracer.finishedSpans().map((span) => span.operationName())).toEqual(['inner', 'outer', 'with options']);
    const carrier = {};
    kept.inject(kept.startSpan('a'), 'text_map', carrier);
    expect(kept.extract('text_map', carrier)?.toTraceId()).toMatch(/^[0-9a-f]{32}$/);
  });

  it('passes all arguments on', () => {
    const seen: unknown[][] = [];
    const take = (...args: unknown[]): never => seen.push(args) as never;
    initGlobalTracer({ startSpan: take, inject: take, extract: take } as unknown as Tracer);
    const loose = globalTracer() as unknown as Record<'startSpan' | 'inject' | 'extract', (...args: unknown[]) => void>;
    loose.startSpan('a', undefined, 'third');
    loose.inject(1, 2, 3, 4);
    loose.extract(1, 2, 3);
    expect(seen).toEqual([
      ['a', undefined, 'third'],
      [1, 2, 3, 4],
      [1, 2, 3],
    ]);
  });

  it('takes no scope manager before a tracer is set', () => {
    expect(() => (globalTracer().scopeManager = new AsyncLocalStorageScopeManager())).toThrow(/initGlobalTracer/);
    expect(new Tracer().startSpan('a').tracer().activeSpan).toBeNull();
  });

  describe('that knows nothing of scopes', () => {
    // As jaeger-client's, which extends no class of this API.
    function foreignTracer(): { started: unknown[][]; finished: string[]; tracer: Tracer } {
      const started: unknown[][] = [];
      const finished: string[] = [];
      const startSpan = (...args: unknown[]): object => {
        started.push(args);
        const name = args[0] as string;
        return { context: () => `context of ${name}`, finish: () => finished.push(name), setTag() {}, log() {} };
      };
      return { started, finished, tracer: { startSpan } as unknown as Tracer };
    }

    it('still starts and finishes spans for scopes', () => {
      const { finished, tracer } = foreignTracer();
      initGlobalTracer(tracer);
      expect(globalTracer().activeSpan).toBeNull();
      globalTracer().startActiveSpan('a').close();
      expect(globalTracer().withActiveSpan('b', () => 42)).toBe(42);
      expect(finished).toEqual(['a', 'b']);
    });

    it('is given no references that lead nowhere', () => {
      const { started, tracer } = foreignTracer();
      initGlobalTracer(tracer);
      const context = new MockTracer().startSpan('parent').context();
      const leads = childOf(context);
      globalTracer().startSpan('a', {
        references: [null, childOf(null), leads, undefined] as never,
        tags: { a: 1 },
      });
      globalTracer().startSpan('b', { references: null as never });
      globalTracer().startSpan('c', { references: [leads], childOf: context });
      expect(started).toEqual([
        ['a', { references: [leads], tags: { a: 1 } }],
        ['b', { references: null }],
        ['c', { references: [leads], childOf: context }],
      ]);
    });

    it.each(['abc', 42, true] as never[])('starts a span, as npm opentracing does, when the parent is %s', (named) => {
      const original = createRequire(import.meta.url)('opentracing-original') as { Tracer: new () => Tracer };
      const started: unknown[] = [];
      class NpmTracer extends original.Tracer {
        _startSpan(_name: string, { references }: SpanOptions): Span {
          started.push(references?.map((reference) => reference.referencedContext()));
          return noopSpan;
        }
      }
      initGlobalTracer(new NpmTracer());
      globalTracer().startSpan('a', { childOf: named });
      globalTracer().startSpan('a', { references: [childOf(named)] });
      const active = new MockTracer().startSpan('active');
      globalTracer().scopeManager = new AsyncLocalStorageScopeManager();
      globalTracer().withActiveSpan(active, () => globalTracer().startSpan('a', { childOf: named }));
      expect(started).toEqual([[named], [], [active.context()]]);
    });

    it('says when to give a scope manager to a tracer that is frozen', () => {
      const { finished, tracer } = foreignTracer();
      const manager = new AsyncLocalStorageScopeManager();
      for (const frozen of [
        Object.freeze({ ...tracer }),
        Object.preventExtensions({ ...tracer }),
        Object.freeze(new MockTracer()),
      ]) {
        initGlobalTracer(frozen);
        expect(() => (globalTracer().scopeManager = manager)).toThrow('set scopeManager before you freeze the tracer');
      }
      initGlobalTracer(Object.freeze({ ...tracer, scopeManager: manager }));
      globalTracer().withActiveSpan('a', (span) => expect(globalTracer().activeSpan).toBe(span));
      expect(finished).toEqual(['a']);
    });

    it('injects nothing where tracing is switched off', () => {
      const { tracer } = foreignTracer();
      const injected: unknown[] = [];
      tracer.inject = (context) => void injected.push(context);
      tracer.scopeManager = new AsyncLocalStorageScopeManager();
      initGlobalTracer(tracer);
      suppressTracing(globalTracer(), () => {
        const span = globalTracer().startSpan('a');
        globalTracer().inject(span, 'http_headers', {});
        globalTracer().inject(span.context(), 'text_map', {});
      });
      expect(injected).toEqual([]);
      globalTracer().inject(noopSpan, 'text_map', {});
      expect(injected).toEqual([noopSpan]);
    });

    it('has implicit parents when it is given a scope manager', () => {
      const { started, tracer } = foreignTracer();
      initGlobalTracer(tracer);
      globalTracer().scopeManager = new AsyncLocalStorageScopeManager();
      let outer: unknown;
      globalTracer().withActiveSpan('outer', (span) => {
        outer = span;
        globalTracer().startSpan('inner', { tags: { a: 1 } });
        globalTracer().startSpan('root', { ignoreActiveSpan: true });
        globalTracer().startSpan('named', { childOf: { toTraceId: () => 'a', toSpanId: () => 'b' } });
      });
      globalTracer().startSpan('after');
      expect(started.slice(1)).toEqual([
        ['inner', { tags: { a: 1 }, childOf: outer }],
        ['root', { ignoreActiveSpan: true }],
        ['named', { childOf: expect.any(Object) }],
        ['after'],
      ]);
    });
  });

  it('that has startActiveSpan and no callback form is given one', () => {
    const mock = new MockTracer();
    const tracer = {
      startSpan: mock.startSpan.bind(mock),
      startActiveSpan: mock.startActiveSpan.bind(mock),
      scopeManager: mock.scopeManager,
    };
    initGlobalTracer(tracer as unknown as Tracer);
    const active = (span: Span): boolean => globalTracer().activeSpan === span;
    expect(globalTracer().withActiveSpan('run', active)).toBe(true);
    expect(globalTracer().trace('traced', active)).toBe(true);
    expect(globalTracer().wrap('wrapped', () => 42)()).toBe(42);
    expect(mock.finishedSpans().map((span) => span.operationName())).toEqual(['run', 'traced', 'wrapped']);
  });

  describe('that is set to the one of npm opentracing, which is set to this one', () => {
    const original = createRequire(import.meta.url)('opentracing-original') as {
      globalTracer(): Tracer;
      initGlobalTracer(tracer: Tracer | null): void;
    };
    beforeEach(() => {
      initGlobalTracer(original.globalTracer());
      original.initGlobalTracer(globalTracer());
    });
    let warn: MockInstance<typeof console.warn>;
    beforeEach(() => (warn = vi.spyOn(console, 'warn').mockImplementation(() => {})));
    afterEach(() => {
      original.initGlobalTracer(null);
      warn.mockRestore();
    });

    it('is the no-op, and so is that one', () => {
      for (const tracer of [globalTracer(), original.globalTracer()]) {
        expect(tracer.startSpan('a', { tags: { a: 1 } })).toBe(noopSpan);
        const carrier = {};
        tracer.inject(noopSpan.context(), 'text_map', carrier);
        expect(carrier).toEqual({});
        expect(tracer.extract('text_map', {})).toBe(noopSpan.context());
      }
      expect(globalTracer().withActiveSpan('a', (span) => span)).toBe(noopSpan);
      expect(globalTracer().trace('a', () => 42)).toBe(42);
      globalTracer().startActiveSpan('a').close();
    });

    it('says so once, and again when that mistake is made again', () => {
      for (let count = 0; count < 3; count++) globalTracer().startSpan('a').finish();
      expect(warn.mock.calls).toEqual([[expect.stringContaining('initGlobalTracer')]]);
      initGlobalTracer(original.globalTracer());
      globalTracer().inject(noopSpan.context(), 'text_map', {});
      expect(warn).toHaveBeenCalledTimes(2);
    });

    it('is the no-op also where the warning fails, or starts spans itself', () => {
      warn.mockImplementation(() => {
        globalTracer().startSpan('warning').finish();
        throw new Error('no console');
      });
      expect(globalTracer().startSpan('a')).toBe(noopSpan);
      expect(warn).toHaveBeenCalledTimes(1);
    });

    it('is the tracer that either of them is given afterwards', () => {
      const tracer = new MockTracer();
      original.initGlobalTracer(tracer);
      expect(globalTracer().startSpan('by npm')).toBeInstanceOf(MockSpan);
      original.initGlobalTracer(globalTracer());
      initGlobalTracer(tracer);
      original.globalTracer().startSpan('by ours');
      expect(tracer.report().spans.map((span) => span.operationName())).toEqual(['by npm', 'by ours']);
    });

    it('passes on what the tracer itself starts while it starts a span', () => {
      const mock = new MockTracer();
      const startSpan = (name: string): Span => {
        if (name === 'outer') globalTracer().startSpan('inner').finish();
        return mock.startSpan(name);
      };
      initGlobalTracer({ startSpan } as unknown as Tracer);
      globalTracer().startSpan('outer').finish();
      expect(mock.finishedSpans().map((span) => span.operationName())).toEqual(['inner', 'outer']);
      const failing = (): never => {
        throw new Error('no');
      };
      initGlobalTracer({ startSpan: failing } as unknown as Tracer);
      for (let count = 0; count < 100; count++) expect(() => globalTracer().startSpan('a')).toThrow('no');
    });
  });

  it('is shared by all copies of the package in a process', async () => {
    const tracer = new MockTracer();
    initGlobalTracer(tracer);
    vi.resetModules();
    const copy = await import('./global_tracer.ts');
    expect(copy.globalTracer).not.toBe(globalTracer);
    copy.globalTracer().startSpan('from the copy');
    expect(tracer.report().spans.map((span) => span.operationName())).toEqual(['from the copy']);
  });
});
