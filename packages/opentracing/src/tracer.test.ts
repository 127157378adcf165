import { describe, expect, it } from 'vitest';

import type { Reference, SpanContext, SpanOptions } from './contract.ts';
import { childOf, followsFrom, startChildSpan } from './functions.ts';
import { MockTracer } from './mock_tracer/mock_tracer.ts';
import type { MockSpan } from './mock_tracer/mock_span.ts';
import { AsyncLocalStorageScopeManager } from './scope-managers/async-local-storage.ts';
import { SyncStackScopeManager } from './scope-managers/sync-stack.ts';
import { SpanContext as SpanContextBase } from './span_context.ts';
import { noopSpan, Span } from './span.ts';
import { Tracer } from './tracer.ts';

function scopedTracer(): MockTracer {
  return new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager() });
}

const mock = (span: Span | undefined): MockSpan => span as MockSpan;

describe('the no-op tracer', () => {
  const tracer = new Tracer();

  it('hands out one span and one context, whatever it is asked', () => {
    const span = tracer.startSpan('a', { childOf: tracer.startSpan('b'), tags: { c: 1 } });
    expect(span).toBe(noopSpan);
    expect(span.setTag('a', 1).addTags({}).log({}).setOperationName('b').setBaggageItem('c', 'd')).toBe(span);
    expect(span.getBaggageItem('c')).toBeUndefined();
    expect(span.finish()).toBeUndefined();
    expect(span.tracer()).toBeInstanceOf(Tracer);
    expect(span.context().toTraceId()).toBe('');
    expect(tracer.extract('text_map', {})).toBe(span.context());
  });

  it('knows every format', () => {
    expect(() => tracer.inject(noopSpan, 'of tomorrow', null)).not.toThrow();
    expect(() => tracer.extract('of tomorrow', null)).not.toThrow();
  });

  it('has no active span, and one scope for all', () => {
    const scope = tracer.startActiveSpan('a');
    expect(scope.span).toBe(noopSpan);
    expect(tracer.activeSpan).toBeNull();
    expect(tracer.startActiveSpan('b')).toBe(scope);
    scope.close();
    expect(tracer.withActiveSpan('a', (span) => span)).toBe(noopSpan);
    expect(tracer.withActiveSpan('a', { tags: {} }, (span) => span)).toBe(noopSpan);
    expect(tracer.withActiveSpan('a', undefined, () => 42)).toBe(42);
  });

  it('can be disposed of', async () => {
    await expect(tracer[Symbol.asyncDispose]()).resolves.toBeUndefined();
  });
});

describe('the parent of a new span', () => {
  it('is none when nothing is said and nothing is active', () => {
    expect(mock(scopedTracer().startSpan('a')).parentId()).toBeUndefined();
  });

  it('is the active span when nothing is said', () => {
    const tracer = scopedTracer();
    using scope = tracer.startActiveSpan('parent');
    expect(mock(tracer.startSpan('child')).parentId()).toBe(mock(scope.span).uuid());
    expect(mock(tracer.startSpan('child', { tags: { a: 1 } })).parentId()).toBe(mock(scope.span).uuid());
    expect(mock(tracer.startSpan('child', { childOf: null, references: [] })).parentId()).toBe(mock(scope.span).uuid());
  });

  it('is the one that is named, not the active one', () => {
    const tracer = scopedTracer();
    const named = mock(tracer.startSpan('named'));
    using _scope = tracer.startActiveSpan('active');
    expect(mock(tracer.startSpan('a', { childOf: named })).references()).toHaveLength(1);
    expect(mock(tracer.startSpan('a', { childOf: named.context() })).parentId()).toBe(named.uuid());
    const follower = mock(tracer.startSpan('b', { references: [followsFrom(named)] }));
    expect(follower.parentId()).toBe(named.uuid());
    expect(follower.references()).toHaveLength(1);
  });

  it('is none with ignoreActiveSpan', () => {
    const tracer = scopedTracer();
    using _scope = tracer.startActiveSpan('active');
    expect(mock(tracer.startSpan('root', { ignoreActiveSpan: true })).parentId()).toBeUndefined();
    using inner = tracer.startActiveSpan('root', { ignoreActiveSpan: true });
    expect(mock(inner.span).parentId()).toBeUndefined();
  });

  it('is a span of another package too', () => {
    const foreign = {
      context: () => ({ toTraceId: () => 'ab', toSpanId: () => 'cd' }),
      finish() {},
    } as unknown as Span;
    expect(mock(scopedTracer().startSpan('a', { childOf: foreign })).parentId()).toBe('cd');
  });

  it.each<[string, SpanContext]>([
    ['fields', Object.assign(new SpanContextBase(), { guid: 'ab' })],
    ['a class', new (class extends SpanContextBase {})()],
  ])('is a context of a tracer written for npm, which has %s and no ids', (_what, context) => {
    const fields: SpanOptions[] = [];
    class Recording extends Tracer {
      protected override _startSpan(_name: string, given: SpanOptions): Span {
        fields.push(given);
        return new Span();
      }
    }
    const tracer = new Recording(new SyncStackScopeManager());
    using _scope = tracer.startActiveSpan('active');
    tracer.startSpan('a', { childOf: context });
    expect(fields.at(-1)?.references).toEqual([childOf(context)]);
  });

  it('is given by startChildSpan', () => {
    const tracer = scopedTracer();
    const parent = mock(tracer.startSpan('parent'));
    const child = mock(startChildSpan(parent, 'child', { tags: { a: 1 } }));
    expect(child.parentId()).toBe(parent.uuid());
    expect(child.tags()).toEqual({ a: 1 });
    expect(child.operationName()).toBe('child');
  });
});

describe('startSpan', () => {
  class Recording extends Tracer {
    readonly fields: SpanOptions[] = [];

    protected override _startSpan(_name: string, fields: SpanOptions): Span {
      this.fields.push(fields);
      return new Span();
    }
  }

  it('gives tracers uniform fields and leaves the options of the caller alone', () => {
    const tracer = new Recording();
    const [one, other] = [new Span(), new Span()];
    const references = Object.freeze([followsFrom(one)]) as ReturnType<typeof followsFrom>[];
    const options = Object.freeze({ childOf: other, references, tags: { a: 1 }, startTime: 5, custom: true });
    tracer.startSpan('a', options);
    tracer.startSpan('a', options);
    expect(tracer.fields[0]).toEqual({
      references: [references[0], childOf(other)],
      tags: { a: 1 },
      startTime: 5,
      custom: true,
    });
    expect(tracer.fields[1]).toEqual(tracer.fields[0]);
    // Beside other references nothing else says which one is the parent; as npm's, the fields do not list it.
    expect(tracer.fields[0]?.childOf).toBe(other);
    expect(Object.keys(tracer.fields[0]!)).not.toContain('childOf');
    expect(tracer.fields[0]?.tags).toBe(options.tags);
    tracer.startSpan('a', { childOf: other, references: [], tags: { a: 1 } });
    expect(tracer.fields[2]).toEqual({ references: [childOf(other)], tags: { a: 1 } });
    expect(tracer.fields[2]?.childOf).toBeUndefined();
  });

  it('gives tracers an empty name for none', () => {
    const names: unknown[] = [];
    class Naming extends Tracer {
      protected override _startSpan(name: string): Span {
        names.push(name);
        return new Span();
      }
    }
    new Naming().startSpan();
    expect(names).toEqual(['']);
  });

  it('asks each reference for its context once, whatever else is named', () => {
    const tracer = new Recording(new SyncStackScopeManager());
    tracer.startActiveSpan('active');
    const [one, other] = ['one', 'other'].map((name) => new MockTracer().startSpan(name)) as [MockSpan, MockSpan];
    const parents = [{}, { childOf: other }, { ignoreActiveSpan: true }, { childOf: noopSpan }];
    for (const options of parents) {
      const asked: string[] = [];
      const noted = (name: string, to: Span): Reference => {
        const reference = followsFrom(to);
        const referencedContext = (): SpanContext => {
          asked.push(name);
          return reference.referencedContext();
        };
        return { type: () => reference.type(), referencedContext };
      };
      tracer.startSpan('a', { ...options, references: [noted('nobody', noopSpan), noted('one', one)] });
      expect(asked).toEqual(['nobody', 'one']);
    }
  });

  it('hands on options as they are where nothing is to be added or left out', () => {
    const tracer = new Recording();
    const options = { references: [followsFrom(new Span())], tags: { a: 1 } };
    tracer.startSpan('a', options);
    tracer.startSpan('a', { tags: { a: 1 } });
    expect(tracer.fields[0]).toBe(options);
    expect(tracer.fields[1]).toEqual({ tags: { a: 1 } });
  });

  it('always gives them an object', () => {
    const tracer = new Recording();
    tracer.startSpan('a');
    expect(tracer.fields).toEqual([{}]);
  });
});

describe('startActiveSpan', () => {
  it('finishes its span on close, unless told otherwise', () => {
    const tracer = scopedTracer();
    const scope = tracer.startActiveSpan('a');
    expect(tracer.activeSpan).toBe(scope.span);
    expect(tracer.scopeManager.active).toBe(scope);
    scope.close();
    expect(mock(scope.span).isFinished()).toBe(true);
    expect(tracer.activeSpan).toBeNull();
    const kept = tracer.startActiveSpan('b', { finishOnClose: false });
    kept.close();
    expect(mock(kept.span).isFinished()).toBe(false);
  });

  it('works without a scope manager, but makes nothing active', () => {
    class Recording extends Tracer {
      readonly spans = new MockTracer();
      protected override _startSpan(name: string): MockSpan {
        return this.spans.startSpan(name);
      }
    }
    const recording = new Recording();
    const { spans: tracer } = recording;
    const scope = recording.startActiveSpan('a');
    expect([recording.activeSpan, recording.scopeManager.active]).toEqual([null, null]);
    scope.close();
    scope.close();
    expect(tracer.finishedSpans()).toEqual([scope.span]);
    expect(tracer.stats().ignoredFinishes).toBe(0);
  });

  it('closes at the end of a using block', () => {
    const tracer = scopedTracer();
    {
      using _scope = tracer.startActiveSpan('a');
      using _span = tracer.startSpan('b');
      expect(tracer.activeSpan).not.toBeNull();
    }
    expect(tracer.activeSpan).toBeNull();
    expect(tracer.finishedSpans().map((span) => span.operationName())).toEqual(['b', 'a']);
  });
});

describe('withActiveSpan', () => {
  it('finishes the span when the function returns', () => {
    const tracer = scopedTracer();
    const result = tracer.withActiveSpan('a', { tags: { b: 1 } }, (span) => {
      expect(tracer.activeSpan).toBe(span);
      expect(mock(span).isFinished()).toBe(false);
      return 42;
    });
    expect(result).toBe(42);
    expect(tracer.finishedSpans()[0]?.tags()).toEqual({ b: 1 });
    expect(tracer.activeSpan).toBeNull();
  });

  it('finishes the span before those who wait for its promise go on', async () => {
    const tracer = scopedTracer();
    const work = tracer.withActiveSpan('a', async (span) => {
      await Promise.resolve();
      expect(tracer.activeSpan).toBe(span);
      return 42;
    });
    expect(tracer.activeSpan).toBeNull();
    expect(tracer.finishedSpans()).toEqual([]);
    await expect(work).resolves.toBe(42);
    expect(tracer.finishedSpans()).toHaveLength(1);
  });

  it('tags what is thrown, logs it and throws it on', () => {
    const tracer = scopedTracer();
    const error = new RangeError('too far');
    expect(() =>
      tracer.withActiveSpan('a', () => {
        throw error;
      }),
    ).toThrow(error);
    expectErrorOf(tracer, error);
    expect(tracer.activeSpan).toBeNull();
  });

  it('tags what a promise rejects with, logs it and rejects with it', async () => {
    const tracer = scopedTracer();
    const error = new RangeError('too far');
    await expect(tracer.withActiveSpan('a', () => Promise.reject(error))).rejects.toBe(error);
    expectErrorOf(tracer, error);
  });

  it.each([undefined, null, 'text', Symbol('s'), Object.create(null)])(
    'lets anything be thrown (%#)',
    (thrown: unknown) => {
      const tracer = scopedTracer();
      let caught: unknown = 'nothing';
      try {
        tracer.withActiveSpan('a', () => {
          throw thrown;
        });
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
      expect(tracer.finishedSpans()[0]?.tags()).toEqual({ error: true });
      expect(tracer.finishedSpans()[0]?.logs()).toHaveLength(1);
    },
  );

  it('throws the error of the application, not that of a broken tracer', () => {
    class Broken extends Span {
      protected override _log(): void {
        throw new Error('broken tracer');
      }
    }
    class BrokenTracer extends Tracer {
      protected override _startSpan(): Span {
        return new Broken();
      }
    }
    const error = new Error('mine');
    expect(() =>
      new BrokenTracer().withActiveSpan('a', () => {
        throw error;
      }),
    ).toThrow(error);
  });

  describe('whose span was finished inside, with a strict tracer', () => {
    const strictTracer = (): MockTracer =>
      new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager(), strict: true });
    const error = new Error('application error');

    it('throws the error of the application', async () => {
      const tracer = strictTracer();
      expect(() =>
        tracer.withActiveSpan('a', (span) => {
          span.finish();
          throw error;
        }),
      ).toThrow(error);
      const work = tracer.withActiveSpan('a', async (span) => {
        span.finish();
        throw error;
      });
      await expect(work).rejects.toBe(error);
      expect(tracer.activeSpan).toBeNull();
    });

    it('throws the complaint that strict asks for when the application has no error', async () => {
      const tracer = strictTracer();
      expect(() => tracer.withActiveSpan('a', (span) => span.finish())).toThrow('was finished before');
      await expect(tracer.withActiveSpan('a', async (span) => span.finish())).rejects.toThrow('was finished before');
      expect(tracer.activeSpan).toBeNull();
    });
  });

  it('takes a thenable that is no promise', async () => {
    const tracer = scopedTracer();
    // oxlint-disable-next-line unicorn/no-thenable -- query builders are such objects
    const thenable = { then: (resolve: (value: number) => void) => resolve(42) };
    await tracer.withActiveSpan('a', () => thenable);
    expect(tracer.finishedSpans()).toHaveLength(1);
  });

  it('leaves the span open with finishOnClose: false', () => {
    const tracer = scopedTracer();
    const span = tracer.withActiveSpan('a', { finishOnClose: false }, (active) => active);
    expect(mock(span).isFinished()).toBe(false);
    expect(tracer.activeSpan).toBeNull();
  });

  it('ends although a scope in it was never closed', () => {
    const tracer = scopedTracer();
    tracer.withActiveSpan('a', () => tracer.startActiveSpan('forgotten'));
    expect(tracer.finishedSpans().map((span) => span.operationName())).toEqual(['a']);
    expect(tracer.activeSpan).toBeNull();
  });

  it('makes work that outlives it a child of its span, without an active span', async () => {
    const tracer = scopedTracer();
    let late: Promise<Span> | undefined;
    tracer.withActiveSpan('a', () => {
      late = Promise.resolve().then(() => {
        expect(tracer.activeSpan).toBeNull();
        return tracer.startSpan('late');
      });
    });
    const [finished] = tracer.finishedSpans();
    expect(mock(await late).parentId()).toBe(finished?.uuid());
  });
});

function expectErrorOf(tracer: MockTracer, error: Error): void {
  const [span] = tracer.finishedSpans();
  expect(span?.tags()).toEqual({ error: true });
  expect(span?.logs().map((log) => log.fields)).toEqual([
    { event: 'error', 'error.object': error, 'error.kind': 'RangeError', message: 'too far', stack: error.stack },
  ]);
}
