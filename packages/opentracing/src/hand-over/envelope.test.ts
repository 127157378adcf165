import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

import { afterEach, describe, expect, it } from 'vitest';

import {
  baggageOf,
  FORMAT_TEXT_MAP,
  initGlobalTracer,
  MockTracer,
  noopSpan,
  SpanContext,
  suppressTracing,
  Tracer,
} from '../index.ts';
import { CONTEXT_KEY, openEnvelope, withContext } from './index.ts';

const tracer = new MockTracer();
afterEach(() => tracer.clear());

describe('an envelope', () => {
  it('carries the context of the active span, with its baggage', () => {
    const envelope = tracer.withActiveSpan('sending', (span) => {
      span.setBaggageItem('userId', '7 é');
      return withContext({ job: 1 }, { tracer });
    });
    const { message, context } = openEnvelope(structuredClone(envelope), { tracer });
    expect(message).toEqual({ job: 1 });
    expect(context?.toSpanId()).toBe(tracer.finishedSpans()[0]?.context().toSpanId());
    expect(context && baggageOf(context)).toEqual({ userId: '7 é' });
  });

  it('takes the global tracer when it is given none', () => {
    initGlobalTracer(tracer);
    const span = tracer.startSpan('sending');
    const context = tracer.withActiveSpan(span, () => openEnvelope(withContext('x')).context);
    initGlobalTracer(null);
    expect(context?.toSpanId()).toBe(span.context().toSpanId());
    expect(openEnvelope(withContext('x'))).toEqual({ message: 'x', context: null });
  });

  it('holds the message itself, unchanged, whatever it is', () => {
    const frozen = Object.freeze({ a: 1 });
    for (const message of [frozen, [1], new Map(), null, undefined, 0, '']) {
      const envelope = tracer.withActiveSpan('sending', () => withContext(message, { tracer }));
      expect(envelope.message).toBe(message);
      expect(envelope[CONTEXT_KEY]).not.toBeNull();
      expect(openEnvelope(envelope, { tracer }).message).toBe(message);
    }
  });

  it('is one also when nothing is active, when tracing is off here, and when it is told so', () => {
    const none = { message: 'm', [CONTEXT_KEY]: null };
    expect(withContext('m', { tracer })).toEqual(none);
    expect(suppressTracing(tracer, () => withContext('m', { tracer }))).toEqual(none);
    expect(withContext('m', { tracer, context: noopSpan })).toEqual(none);
    expect(tracer.withActiveSpan('sending', () => withContext('m', { tracer, context: null }))).toEqual(none);
  });

  it('carries a span or context that it is given rather than the active one', () => {
    const given = tracer.startSpan('given');
    tracer.withActiveSpan('active', () => {
      for (const context of [given, given.context()]) {
        const opened = openEnvelope(withContext('m', { tracer, context }), { tracer });
        expect(opened.context?.toSpanId()).toBe(given.context().toSpanId());
      }
    });
  });

  it('opens to the same message after a clone that transfers, and after JSON', () => {
    const { port1, port2 } = new MessageChannel();
    const bytes = new Uint8Array([1, 2, 3]);
    const envelope = withContext({ bytes }, { tracer, context: tracer.startSpan('sending') });
    port1.postMessage(envelope, [bytes.buffer]);
    expect(bytes.byteLength).toBe(0);
    const { message, context } = openEnvelope<{ bytes: Uint8Array }>(receiveMessageOnPort(port2)?.message, { tracer });
    expect(message.bytes).toEqual(new Uint8Array([1, 2, 3]));
    expect(context).not.toBeNull();
    port1.close();
    const parsed: unknown = JSON.parse(JSON.stringify(withContext(undefined, { tracer, context: context! })));
    expect(openEnvelope(parsed, { tracer })).toEqual({ message: undefined, context: expect.anything() });
  });

  it('in an envelope is the message of the outer one', () => {
    const inner = withContext('m', { tracer });
    expect(openEnvelope(withContext(inner, { tracer }), { tracer }).message).toBe(inner);
  });
});

describe('what is no envelope', () => {
  it.each([[null], [undefined], ['text'], [{ message: 'mine' }], [[1]], [Object.create({ [CONTEXT_KEY]: {} })]])(
    'is passed on: %j',
    (data: unknown) => {
      const opened = openEnvelope(data, { tracer });
      expect(opened.message).toBe(data);
      expect(opened.context).toBeNull();
    },
  );
});

describe('a damaged carrier', () => {
  const ids = { 'ot-tracer-traceid': 'abc', 'ot-tracer-spanid': 'def' };
  it.each([
    [{ ...ids, 'ot-tracer-spanid': 'not hex' }],
    [{ 'ot-tracer-traceid': 'abc' }],
    [{ 'ot-tracer-traceid': 1, 'ot-tracer-spanid': {} }],
    [{}],
    [[]],
    ['text'],
    [7],
    [undefined],
  ])('gives the message without a context: %j', (carrier: unknown) => {
    const strict = new MockTracer({ strict: true });
    for (const reader of [tracer, strict]) {
      const opened = openEnvelope({ message: 'm', [CONTEXT_KEY]: carrier } as never, { tracer: reader });
      expect(opened).toEqual({ message: 'm', context: null });
    }
    // The same with the ids whole is taken: the rows above fail for what is wrong with them.
    expect(openEnvelope({ message: 'm', [CONTEXT_KEY]: ids }, { tracer: strict }).context?.toSpanId()).toBe('def');
  });

  it('is no context when the tracer makes one of it that has neither ids nor baggage', () => {
    class IdContext extends SpanContext {
      readonly id: string;
      readonly items: Record<string, string>;
      constructor(id: string, items: Record<string, string>) {
        super();
        this.id = id;
        this.items = items;
      }
      get baggage(): Record<string, string> {
        return this.items;
      }
      override toTraceId(): string {
        return this.id;
      }
      override toSpanId(): string {
        return this.id;
      }
    }
    const opened = (context: SpanContext): unknown => {
      const foreign = { extract: () => context } as unknown as Tracer;
      return openEnvelope({ message: 'm', [CONTEXT_KEY]: ids }, { tracer: foreign }).context;
    };
    expect(opened(new IdContext('', {}))).toBeNull();
    for (const context of [new IdContext('', { user: '7' }), new IdContext('1', {}), new SpanContext()]) {
      expect(opened(context)).toBe(context);
    }
  });

  it('or a message that cannot be read does not throw', () => {
    const fail = (): never => {
      throw new Error('no');
    };
    const withoutCarrier: unknown = Object.defineProperty({ message: 'm' }, CONTEXT_KEY, { get: fail });
    expect(openEnvelope(withoutCarrier, { tracer })).toEqual({ message: 'm', context: null });
    const withoutMessage: unknown = Object.defineProperty({ [CONTEXT_KEY]: ids }, 'message', { get: fail });
    const trapped = new Proxy({}, { getOwnPropertyDescriptor: fail });
    for (const data of [withoutMessage, trapped]) {
      const opened = openEnvelope(data, { tracer });
      expect(opened.message).toBe(data);
      expect(opened.context).toBeNull();
    }
  });

  it('costs the message nothing when the tracer throws', () => {
    const broken = new (class extends Tracer {
      protected override _inject(): void {
        throw new Error('broken');
      }
      protected override _extract(): null {
        throw new Error('broken');
      }
    })();
    const envelope = withContext('m', { tracer: broken, context: tracer.startSpan('sending') });
    expect(envelope).toEqual({ message: 'm', [CONTEXT_KEY]: null });
    expect(openEnvelope({ message: 'm', [CONTEXT_KEY]: ids }, { tracer: broken }).context).toBeNull();
  });
});

describe('a tracer of another library', () => {
  it('needs inject and extract only', () => {
    const context = Object.assign(new SpanContext(), { id: '7' });
    const foreign = {
      inject: (given: typeof context, _format: string, carrier: Record<string, unknown>) => {
        carrier['x-id'] = given.id;
        carrier['x-flags'] = 1;
      },
      extract: (format: string, carrier: Record<string, string>) =>
        format === FORMAT_TEXT_MAP && carrier['x-id'] === '7' ? context : null,
    } as unknown as Tracer;
    const envelope = withContext('m', { tracer: foreign, context });
    expect(envelope[CONTEXT_KEY]).toEqual({ 'x-id': '7' });
    expect(openEnvelope(envelope, { tracer: foreign }).context).toBe(context);
    expect(withContext('m', { tracer: foreign })[CONTEXT_KEY]).toBeNull();
  });
});
