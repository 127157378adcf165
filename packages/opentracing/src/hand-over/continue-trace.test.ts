import { setImmediate } from 'node:timers/promises';

import { beforeEach, describe, expect, it } from 'vitest';

import { baggageOf, FORMAT_TEXT_MAP, initGlobalTracer, MockTracer, type SpanContext } from '../index.ts';
import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { continueTrace } from './index.ts';

const tracer = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager() });
const remote = tracer.extract(FORMAT_TEXT_MAP, {
  'ot-tracer-traceid': 'abc',
  'ot-tracer-spanid': 'def',
  'ot-baggage-user': '7',
}) as SpanContext;
beforeEach(() => tracer.clear());

describe('continueTrace', () => {
  it('makes what is started under it children of the remote span, also after an await and after its end', async () => {
    let late: Promise<unknown> | undefined;
    const result = await continueTrace(
      remote,
      async () => {
        tracer.startSpan('at once');
        late = setImmediate().then(async () => setImmediate().then(() => tracer.startSpan('after the end')));
        await Promise.resolve();
        tracer.startSpan('later');
        return 'result';
      },
      { tracer },
    );
    await late;
    expect(result).toBe('result');
    const spans = tracer.report().spans;
    expect(spans.map((span) => [span.operationName(), span.parentId(), span.context().toTraceId()])).toEqual([
      ['at once', 'def', 'abc'],
      ['later', 'def', 'abc'],
      ['after the end', 'def', 'abc'],
    ]);
    expect(spans[0]?.getBaggageItem('user')).toBe('7');
    expect(tracer.activeSpan).toBeNull();
  });

  it('shows the remote context and its baggage as those of the active span', () => {
    continueTrace(
      remote,
      () => {
        expect(tracer.activeSpan?.context()).toBe(remote);
        expect(tracer.activeSpan?.getBaggageItem('user')).toBe('7');
        expect(tracer.activeSpan?.tracer()).toBe(tracer);
        tracer.activeSpan?.setTag('a', 1).log({ event: 'x' }).finish();
      },
      { tracer },
    );
    expect(tracer.report().spans).toEqual([]);
  });

  it('carries on baggage that is set under the remote context without a span of its own', async () => {
    let late: Promise<MockSpan> | undefined;
    const before = tracer.startSpan('before', { childOf: remote });
    continueTrace(
      remote,
      () => {
        const active = tracer.activeSpan!;
        const context = active.context();
        expect(active.setBaggageItem('order', 8 as never).setBaggageItem('__proto__', 'p')).toBe(active);
        expect(['user', 'order', '__proto__', 'toString'].map((key) => active.getBaggageItem(key))).toEqual([
          '7',
          '8',
          'p',
          undefined,
        ]);
        expect(baggageOf(context)).toEqual({ user: '7' });
        expect([active.context().toTraceId(), active.context().toSpanId()]).toEqual(['abc', 'def']);
        const carrier = {};
        tracer.inject(active, FORMAT_TEXT_MAP, carrier);
        expect(carrier).toMatchObject({ 'ot-baggage-user': '7', 'ot-baggage-order': '8', 'ot-tracer-spanid': 'def' });
        late = setImmediate().then(() => tracer.startSpan('late'));
        expect(tracer.startSpan('child').getBaggageItem('order')).toBe('8');
      },
      { tracer },
    );
    expect((await late)?.getBaggageItem('order')).toBe('8');
    expect(before.getBaggageItem('order')).toBeUndefined();
    expect(baggageOf(remote)).toEqual({ user: '7' });
  });

  it('loses baggage that is set there for a tracer whose contexts take none, and nothing else', () => {
    const plain = { toTraceId: () => 'a', toSpanId: () => 'b' };
    continueTrace(
      plain,
      () => {
        const active = tracer.activeSpan!.setBaggageItem('order', '8');
        expect([active.getBaggageItem('order'), active.context()]).toEqual([undefined, plain]);
      },
      { tracer },
    );
  });

  it('with a name starts a span between, and finishes it with the error of the work', async () => {
    const failing = async (): Promise<void> => {
      await Promise.resolve();
      throw new Error('no');
    };
    const options = { tracer, operationName: 'handle', tags: { queue: 'q' } };
    await expect(continueTrace(remote, failing, options)).rejects.toThrow('no');
    const [span] = tracer.finishedSpans();
    expect(span?.operationName()).toBe('handle');
    expect(span?.parentId()).toBe('def');
    expect(span?.tags()).toMatchObject({ queue: 'q', error: true });
  });

  it('without a context starts roots, whatever is active here', () => {
    tracer.withActiveSpan('unrelated', () => {
      continueTrace(null, () => tracer.startSpan('plain'), { tracer });
      continueTrace(null, () => tracer.startSpan('child of handle'), { tracer, operationName: 'handle' });
    });
    const byName = new Map(tracer.report().spans.map((span) => [span.operationName(), span]));
    expect(byName.get('plain')?.parentId()).toBeFalsy();
    expect(byName.get('handle')?.parentId()).toBeFalsy();
    expect(byName.get('child of handle')?.parentId()).toBe(byName.get('handle')?.context().toSpanId());
  });

  it('takes the global tracer by default, and without one just calls the function', () => {
    expect(continueTrace(remote, () => 1, { operationName: 'handle' })).toBe(1);
    expect(continueTrace(remote, () => 2)).toBe(2);
    expect(continueTrace(null, () => 3)).toBe(3);
    initGlobalTracer(tracer);
    continueTrace(remote, () => 4, { operationName: 'handle' });
    initGlobalTracer(null);
    expect(tracer.finishedSpans()).toHaveLength(1);
  });
});
