import { runInNewContext } from 'node:vm';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { BinaryCarrier } from '../binary_carrier.ts';
import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from '../constants.ts';
import { InvalidCarrierException, SpanContextCorruptedException, UnsupportedFormatException } from '../exceptions.ts';
import type { MockContext } from './mock_span.ts';
import { MockTracer } from './mock_tracer.ts';
import type { MockPropagator } from './propagation.ts';

const formats = [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS, FORMAT_BINARY];
const ids = { 'ot-tracer-traceid': 'ab', 'ot-tracer-spanid': 'cd' };

function extract(format: string, carrier: unknown, tracer: MockTracer = new MockTracer()): MockContext | null {
  return tracer.extract(format, carrier) as MockContext | null;
}

describe('contexts in carriers', () => {
  it.each(formats)('%s brings back ids and baggage', (format) => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), (baggage) => {
        const tracer = new MockTracer();
        const span = tracer.startSpan('a');
        // HTTP does not keep the case of header names.
        const keyed = Object.entries(baggage).map(
          ([key, value]) => [format === FORMAT_HTTP_HEADERS ? key.toLowerCase() : key, value] as const,
        );
        for (const [key, value] of keyed) span.setBaggageItem(key, value);
        const carrier = {};
        tracer.inject(span, format, carrier);
        const context = extract(format, carrier);
        expect(context?.toTraceId()).toBe(span.context().toTraceId());
        expect(context?.toSpanId()).toBe(span.uuid());
        expect(context?.baggage).toEqual(Object.fromEntries(keyed));
      }),
    );
  });

  it('keep the case of baggage keys in text and bytes, and lose it in headers', () => {
    const tracer = new MockTracer();
    const span = tracer.startSpan('a').setBaggageItem('UserÜ', 'Ä b');
    const keys = formats.map((format) => {
      const carrier = {};
      tracer.inject(span, format, carrier);
      return Object.entries(extract(format, carrier)?.baggage ?? {});
    });
    expect(keys).toEqual([[['UserÜ', 'Ä b']], [['userü', 'Ä b']], [['UserÜ', 'Ä b']]]);
  });

  it('survive half of a surrogate pair in headers', () => {
    const span = new MockTracer().startSpan('a').setBaggageItem('k', 'x\ud83dy😀');
    const carrier = {};
    span.tracer().inject(span, FORMAT_HTTP_HEADERS, carrier);
    expect(extract(FORMAT_HTTP_HEADERS, carrier)?.baggage).toEqual({ k: 'x\ufffdy😀' });
  });

  it('are found in headers of any case, and in arrays, maps, Headers and buffers', () => {
    const upper = {
      'OT-Tracer-TraceId': 'AB',
      'Ot-Tracer-Spanid': ['cd', 'ef'],
      'Ot-Baggage-X': new TextEncoder().encode('y'),
      other: 5,
    };
    for (const carrier of [upper, new Map<string, unknown>(Object.entries(upper))]) {
      const context = extract(FORMAT_HTTP_HEADERS, carrier);
      expect([context?.toTraceId(), context?.toSpanId(), context?.baggage]).toEqual(['AB', 'cd', { x: 'y' }]);
    }
    const headers = new Headers();
    const span = new MockTracer().startSpan('a').setBaggageItem('k', 'v');
    span.tracer().inject(span, FORMAT_HTTP_HEADERS, headers);
    expect(extract(FORMAT_HTTP_HEADERS, headers)?.toSpanId()).toBe(span.context().toSpanId());
  });

  it('are found in bytes of every kind', () => {
    const carrier = new BinaryCarrier([]);
    const span = new MockTracer().startSpan('a');
    span.tracer().inject(span, FORMAT_BINARY, carrier);
    const bytes = carrier.buffer as Uint8Array;
    for (const buffer of [bytes, [...bytes], Buffer.from(bytes), bytes.slice().buffer, new Float64Array(bytes)]) {
      expect(extract(FORMAT_BINARY, { buffer })?.toSpanId()).toBe(span.context().toSpanId());
    }
    expect(extract(FORMAT_BINARY, bytes)?.toSpanId()).toBe(span.context().toSpanId());
  });

  it('are found in bytes of another realm', () => {
    const ofAnotherRealm = (bytes: Iterable<number>): Uint8Array =>
      runInNewContext('Uint8Array.from(list)', { list: [...bytes] }) as Uint8Array;
    const carrier = new BinaryCarrier([]);
    const span = new MockTracer().startSpan('a');
    span.tracer().inject(span, FORMAT_BINARY, carrier);
    const bytes = ofAnotherRealm(carrier.buffer as Uint8Array);
    expect(bytes).not.toBeInstanceOf(Uint8Array);
    for (const source of [bytes, { buffer: bytes }, { buffer: bytes.buffer }]) {
      expect(extract(FORMAT_BINARY, source)?.toSpanId()).toBe(span.uuid());
    }
    const text = { ...ids, 'ot-baggage-x': ofAnotherRealm(Buffer.from('y')) };
    expect(extract(FORMAT_TEXT_MAP, text)?.baggage).toEqual({ x: 'y' });
  });

  it('that were extracted become parents, but know no span', () => {
    const context = extract(FORMAT_TEXT_MAP, { ...ids, 'ot-baggage-K': 'v' });
    const child = new MockTracer().startSpan('a', { childOf: context });
    expect([child.context().toTraceId(), child.parentId(), child.getBaggageItem('K')]).toEqual(['ab', 'cd', 'v']);
    expect(() => context?.span()).toThrow(/another process/);
  });
});

describe('registered propagators', () => {
  /** Carries ids alone, as one string. */
  const colons: MockPropagator = {
    inject: ({ traceId, spanId }, carrier) => Object.assign(carrier as object, { one: `${traceId}:${spanId}` }),
    extract: (carrier) => {
      const { one } = carrier as { one?: string };
      if (one === undefined) return null;
      const [traceId, spanId] = one.split(':');
      if (!traceId || !spanId) throw new SpanContextCorruptedException(one);
      return { traceId, spanId, baggage: {} };
    },
  };

  it('carry contexts in formats of their own, for one tracer', () => {
    const tracer = new MockTracer();
    tracer.registerPropagator('colons', colons);
    const span = tracer.startSpan('a');
    const carrier = {};
    tracer.inject(span, 'colons', carrier);
    expect(carrier).toEqual({ one: `${span.context().toTraceId()}:${span.uuid()}` });
    expect(extract('colons', carrier, tracer)?.toSpanId()).toBe(span.uuid());
    expect(() => extract('colons', carrier)).toThrow(UnsupportedFormatException);
  });

  it('replace those of the three formats, and survive a reset', () => {
    const tracer = new MockTracer();
    tracer.registerPropagator(FORMAT_TEXT_MAP, colons);
    tracer.reset();
    expect(extract(FORMAT_TEXT_MAP, { one: 'ab:cd' }, tracer)?.toTraceId()).toBe('ab');
    expect(extract(FORMAT_HTTP_HEADERS, ids, tracer)?.toTraceId()).toBe('ab');
  });

  it('are held to the rules of empty and damaged carriers', () => {
    const [tracer, strict] = [new MockTracer(), new MockTracer({ strict: true })];
    for (const one of [tracer, strict]) one.registerPropagator('colons', colons);
    expect(extract('colons', {}, tracer)).toBeNull();
    expect(extract('colons', { one: ':' }, tracer)).toBeNull();
    expect(tracer.stats().corruptedCarriers).toBe(1);
    for (const carrier of [{}, { one: ':' }]) {
      expect(() => extract('colons', carrier, strict)).toThrow(SpanContextCorruptedException);
    }
  });
});

describe('empty carriers', () => {
  it.each([
    [FORMAT_TEXT_MAP, {}],
    [FORMAT_TEXT_MAP, { unrelated: 'x' }],
    [FORMAT_HTTP_HEADERS, new Headers()],
    [FORMAT_BINARY, {}],
    [FORMAT_BINARY, { buffer: null }],
    [FORMAT_BINARY, new BinaryCarrier([])],
  ])('%s %o gives null, and throws when strict', (format, carrier) => {
    const tracer = new MockTracer();
    expect(extract(format, carrier, tracer)).toBeNull();
    expect(tracer.stats().corruptedCarriers).toBe(0);
    expect(() => extract(format, carrier, new MockTracer({ strict: true }))).toThrow(SpanContextCorruptedException);
  });
});

describe('damaged carriers', () => {
  it.each([
    ['no span id', FORMAT_TEXT_MAP, { 'ot-tracer-traceid': 'ab' }],
    ['no trace id', FORMAT_TEXT_MAP, { 'ot-tracer-spanid': 'ab' }],
    ['baggage alone', FORMAT_TEXT_MAP, { 'ot-baggage-a': 'b' }],
    ['no hex', FORMAT_TEXT_MAP, { ...ids, 'ot-tracer-traceid': 'xyz' }],
    ['an empty id', FORMAT_TEXT_MAP, { ...ids, 'ot-tracer-traceid': '' }],
    ['an id of zeros', FORMAT_TEXT_MAP, { ...ids, 'ot-tracer-spanid': '0000' }],
    ['17 digits', FORMAT_TEXT_MAP, { ...ids, 'ot-tracer-spanid': 'a'.repeat(17) }],
    ['33 digits', FORMAT_TEXT_MAP, { ...ids, 'ot-tracer-traceid': 'a'.repeat(33) }],
    ['broken escapes', FORMAT_HTTP_HEADERS, { ...ids, 'ot-baggage-a': '%E0%A4%A' }],
    ['no JSON', FORMAT_BINARY, new BinaryCarrier([1, 2, 3])],
    ['no UTF-8', FORMAT_BINARY, new BinaryCarrier([0x22, 0xff, 0x22])],
    ['another JSON', FORMAT_BINARY, { buffer: Buffer.from('null') }],
    ['baggage of numbers', FORMAT_BINARY, { buffer: Buffer.from('{"traceId":"a","spanId":"b","baggage":{"c":1}}') }],
    ['no baggage', FORMAT_BINARY, { buffer: Buffer.from('{"traceId":"a","spanId":"b"}') }],
  ])('with %s give null and are counted, and throw when strict', (_, format, carrier) => {
    const tracer = new MockTracer();
    expect(extract(format, carrier, tracer)).toBeNull();
    expect(tracer.stats().corruptedCarriers).toBe(1);
    expect(() => extract(format, carrier, new MockTracer({ strict: true }))).toThrow(SpanContextCorruptedException);
  });

  it('16 and 32 digits are accepted', () => {
    const context = extract(FORMAT_TEXT_MAP, {
      'ot-tracer-traceid': 'a'.repeat(32),
      'ot-tracer-spanid': 'a'.repeat(16),
    });
    expect(context?.toSpanId()).toBe('a'.repeat(16));
  });
});

describe('mistakes in the calling code', () => {
  it('an unknown format throws, strict or not', () => {
    const tracer = new MockTracer();
    expect(() => tracer.extract('smoke', {})).toThrow(UnsupportedFormatException);
    expect(() => tracer.inject(tracer.startSpan('a'), 'smoke', {})).toThrow(/"smoke"/);
    expect(() => tracer.extract('smoke', {})).toThrow(expect.objectContaining({ name: 'UnsupportedFormatException' }));
  });

  it.each(formats)('%s: a carrier that is no object cannot be filled, and holds nothing', (format) => {
    const tracer = new MockTracer();
    for (const carrier of [null, undefined, 'text', 5]) {
      expect(() => tracer.inject(tracer.startSpan('a'), format, carrier)).toThrow(InvalidCarrierException);
      expect(tracer.extract(format, carrier)).toBeNull();
      expect(() => new MockTracer({ strict: true }).extract(format, carrier)).toThrow(InvalidCarrierException);
    }
  });

  it('a format of any kind that is none is named', () => {
    const circle: Record<string, unknown> = {};
    circle['circle'] = circle;
    for (const format of [1n, circle, undefined, Symbol('format'), null]) {
      const tracer = new MockTracer();
      expect(() => tracer.inject(tracer.startSpan('a'), format as never, {})).toThrow(UnsupportedFormatException);
      expect(() => tracer.extract(format as never, {})).toThrow(UnsupportedFormatException);
    }
  });

  it.each<[string, string, () => object]>([
    ['a frozen object', FORMAT_TEXT_MAP, () => Object.freeze({})],
    ['a frozen object', FORMAT_HTTP_HEADERS, () => Object.freeze({})],
    ['a frozen object', FORMAT_BINARY, () => Object.freeze({})],
    ['Headers, and the text is no Latin-1', FORMAT_TEXT_MAP, () => new Headers()],
    ['headers that are sent', FORMAT_HTTP_HEADERS, () => sentHeaders],
  ])('%s cannot be filled (%s)', (_what, format, create) => {
    const span = new MockTracer().startSpan('a').setBaggageItem('k', '☃');
    expect(() => span.tracer().inject(span, format, create())).toThrow(InvalidCarrierException);
  });

  const sentHeaders = {
    get: () => {},
    entries: () => [],
    set() {
      throw new Error('cannot set headers after they are sent');
    },
  };

  const thrower = (): never => {
    throw new RangeError('of the carrier');
  };

  it.each<[string, object]>([
    ['a getter', Object.defineProperty({}, 'buffer', { get: thrower, enumerable: true })],
    ['ownKeys of a proxy', new Proxy({}, { get: thrower, ownKeys: thrower })],
    ['a proxy that was revoked', revoked()],
    ['entries', { get: thrower, set: thrower, entries: thrower, buffer: { length: 1, [Symbol.iterator]: thrower } }],
  ])('what %s of the carrier throws is counted, and our own exception when strict', (_what, carrier) => {
    for (const format of formats) {
      const tracer = new MockTracer();
      expect(tracer.extract(format, carrier)).toBeNull();
      expect(tracer.stats().corruptedCarriers).toBe(1);
      const strict = new MockTracer({ strict: true });
      expect(() => strict.extract(format, carrier)).toThrow(InvalidCarrierException);
      expect(() => strict.extract(format, carrier)).toThrow(expect.objectContaining({ cause: expect.any(Error) }));
    }
  });

  function revoked(): object {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  }

  it('what a propagator of the test throws by mistake is thrown on', () => {
    const tracer = new MockTracer();
    tracer.registerPropagator('faulty', { inject: thrower, extract: thrower });
    expect(() => tracer.extract('faulty', {})).toThrow(RangeError);
  });

  it.each([FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS])('keys that are no text are passed over (%s)', (format) => {
    const carrier = new Map<unknown, string>([[1, 'x'], [Symbol('two'), 'y'], ...Object.entries(ids)]);
    expect(new MockTracer().extract(format, carrier)?.toTraceId()).toBe('ab');
  });

  it('bytes alone are no binary carrier to fill, and text is no buffer', () => {
    const tracer = new MockTracer();
    expect(() => tracer.inject(tracer.startSpan('a'), FORMAT_BINARY, new Uint8Array(9))).toThrow(
      InvalidCarrierException,
    );
    expect(() => new MockTracer({ strict: true }).extract(FORMAT_BINARY, { buffer: 'text' })).toThrow(
      InvalidCarrierException,
    );
  });
});
