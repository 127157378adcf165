import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { Span, Tracer as TracerContract } from './contract.ts';
import {
  failure,
  finished,
  finishedSpan,
  started,
  subjects,
  thrownBy,
  tracer,
  use,
} from './fixtures/tracer-subjects.ts';
import { childOf, followsFrom } from './functions.ts';
import { MockTracer } from './mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from './scope-managers/async-local-storage.ts';
import { noopSpan, Span as SpanBase } from './span.ts';
import { suppressTracing } from './suppress-tracing.ts';
import { Tracer } from './tracer.ts';

describe.each(Object.entries(subjects))('%s', (_subject, make) => {
  describe('suppressTracing', () => {
    beforeEach(() => use(make));

    it('records nothing below, at any depth and across await, and gives the result', async () => {
      const result = await suppressTracing(tracer, async () => {
        tracer.startSpan('a').finish();
        await Promise.resolve();
        using _scope = tracer.startActiveSpan('b');
        await tracer.withActiveSpan('c', async () => {
          await Promise.resolve();
          tracer.startSpan('d', { tags: { a: 1 } }).finish();
          tracer.trace('e', (_span, done) => done());
          tracer.wrap('f', () => 1)();
        });
        return 42;
      });
      expect([result, started()]).toEqual([42, []]);
    });

    it('records nothing of the work that it starts and does not wait for', async () => {
      let late: Promise<unknown> | undefined;
      suppressTracing(tracer, () => {
        late = Promise.resolve().then(() => tracer.startSpan('late'));
      });
      await late;
      expect(started()).toEqual([]);
    });

    it('hands out the no-op span', () => {
      suppressTracing(tracer, () => {
        expect(tracer.startSpan('a')).toBe(noopSpan);
        expect(tracer.activeSpan).toBeNull();
        expect(tracer.withActiveSpan('a', (span) => span)).toBe(noopSpan);
      });
    });

    it('records what names its parent, or asks for none', () => {
      const parent = tracer.startSpan('parent');
      suppressTracing(tracer, () => {
        tracer.startSpan('child', { childOf: parent });
        tracer.startSpan('follower', { references: [followsFrom(parent)] });
        tracer.startSpan('root', { ignoreActiveSpan: true });
        tracer.startSpan('none', { references: [childOf(null)], childOf: null });
      });
      expect(started()).toEqual(['parent', 'child', 'follower', 'root']);
    });

    it('ends with the function, also when that throws', () => {
      expect(
        thrownBy(() =>
          suppressTracing(tracer, () => {
            throw failure;
          }),
        ),
      ).toBe(failure);
      tracer.withActiveSpan('outer', () => {
        suppressTracing(tracer, () => tracer.startSpan('hidden'));
        tracer.startSpan('inner').finish();
      });
      expect(finished()).toEqual(['inner', 'outer']);
      expect(finishedSpan('inner')?.parentId()).toBe(finishedSpan('outer')?.uuid());
    });

    it('keeps a generator from recording, and not its consumer', () => {
      const generator = suppressTracing(tracer, function* () {
        yield tracer.startSpan('in');
        yield tracer.startSpan('in');
      });
      for (const span of generator) expect([span, tracer.startSpan('out') === noopSpan]).toEqual([noopSpan, false]);
      expect(started()).toEqual(['out', 'out']);
    });
  });
});

describe('where tracing is switched off', () => {
  const tracers: [string, () => TracerContract & { recorded(): string[] }][] = [
    ['the mock tracer', () => recording(new MockTracer(new AsyncLocalStorageScopeManager()))],
    ['a tracer written for npm', () => recording(new NpmTracer(new AsyncLocalStorageScopeManager()))],
  ];

  describe.each(tracers)('%s', (_name, create) => {
    it.each<[string, (noop: Span) => object]>([
      ['nothing', () => ({})],
      ['the span that it was given', (span) => ({ childOf: span })],
      ['its context', (span) => ({ childOf: span.context() })],
      ['a reference to it', (span) => ({ references: [childOf(span)] })],
      ['a reference to what comes after it', (span) => ({ references: [followsFrom(span.context())] })],
      ['a reference to nothing', () => ({ references: [childOf(null)] })],
    ])('records nothing that names %s', (_what, optionsFor) => {
      const tracer = create();
      suppressTracing(tracer, () => {
        const span = tracer.startSpan('a');
        tracer.startSpan('b', optionsFor(span)).finish();
      });
      expect(tracer.recorded()).toEqual([]);
      tracer.startSpan('c').finish();
      expect(tracer.recorded()).toEqual(['c']);
    });

    it('injects nothing of the no-op span, and does not throw', () => {
      const tracer = create();
      const carrier = {};
      suppressTracing(tracer, () => tracer.inject(tracer.startSpan('a'), 'text_map', carrier));
      expect(carrier).toEqual({});
    });

    it('calls the function without arguments', () => {
      const tracer = create();
      const first = (value: unknown = 'nothing'): unknown => value;
      expect(suppressTracing(tracer, first)).toBe('nothing');
      expect(tracer.scopeManager.snapshot()(first)).toBe('nothing');
    });
  });

  it('by another copy of the package it is known here', async () => {
    vi.resetModules();
    const copy = await import('./suppress-tracing.ts');
    const tracer = recording(new MockTracer(new AsyncLocalStorageScopeManager()));
    expect(copy.suppressTracing).not.toBe(suppressTracing);
    await copy.suppressTracing(tracer, async () => {
      tracer.startSpan('a').finish();
      void Promise.resolve().then(() => Promise.resolve().then(() => tracer.startSpan('outlives it').finish()));
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(tracer.recorded()).toEqual([]);
    expect(tracer.scopeManager.activeContext).toBeNull();
  });

  /** Its contexts have a field that the no-op's lacks. */
  class NpmTracer extends Tracer {
    readonly names: string[] = [];
    protected override _startSpan(name: string): Span {
      this.names.push(name);
      return new SpanBase();
    }
    protected override _inject(context: unknown, _format: string, carrier: unknown): void {
      (carrier as { id: string }).id = (context as { ids: { trace: string } }).ids.trace;
    }
  }

  function recording<T extends MockTracer | NpmTracer>(tracer: T): T & { recorded(): string[] } {
    const recorded = (): string[] =>
      tracer instanceof MockTracer ? tracer.report().spans.map((span) => span.operationName()) : [...tracer.names];
    return Object.assign(tracer, { recorded });
  }
});
