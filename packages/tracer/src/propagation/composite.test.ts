import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { writeProperty } from './carrier-writers.ts';
import { b3Multi } from './b3-multi.ts';
import { b3Single } from './b3-single.ts';
import { basictracer } from './basictracer.ts';
import { CompositePropagator } from './composite.ts';
import { datadog } from './datadog.ts';
import { jaeger } from './jaeger.ts';
import { sample } from './propagator.conformance.ts';
import type { Propagator } from './propagator.ts';
import { w3cBaggage } from './w3c-baggage.ts';
import { w3cTraceContext } from './w3c.ts';
import { xray } from './xray.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const b3 = '00000000000000010000000000000002-0000000000000003-0';

function composite(): CompositePropagator {
  return new CompositePropagator([w3cTraceContext, b3Single, b3Multi, w3cBaggage], [w3cTraceContext, w3cBaggage]);
}

/** As of @grpc/grpc-js: several values for each name, which is in lower case. */
function grpcMetadata(headers: Readonly<Record<string, string>> = { 'user-agent': 'grpc' }): object {
  const values = new Map<string, string[]>(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return {
    remove: (name: string) => void values.delete(name.toLowerCase()),
    get: (name: string) => values.get(name.toLowerCase()) ?? [],
    set: (name: string, value: string) => void values.set(name.toLowerCase(), [value]),
  };
}

function bytesOfAnotherRealm(text: string): unknown {
  return runInNewContext('Uint8Array.from(list)', { list: [...Buffer.from(text)] });
}

describe('injection', () => {
  it.each([
    ['a plain object', {}],
    ['a Map', new Map()],
    ['Headers', new Headers()],
    ['URLSearchParams', new URLSearchParams()],
    ['an empty list, as pairs', []],
    ['a list of pairs', [['host', 'a']]],
    ['a list of names and values in turn', ['Host', 'a']],
    ['the headers of a request of Node', new IncomingMessage(new Socket()).headers],
    ['gRPC-like metadata', grpcMetadata()],
    ['a list of objects with one entry, as Kafka headers', [{ other: Buffer.from('a') }]],
  ])('into %s can be read again', (_name, carrier) => {
    const source = composite();
    source.extract({ traceparent, baggage: 'a=1' });
    source.inject(source.target, carrier);
    const receiver = composite();
    expect(receiver.extract(carrier)).toBe(true);
    expect(receiver.target).toEqual(source.target);
  });

  it('keeps the form of a list', () => {
    const source = composite();
    source.extract({ traceparent });
    const [pairs, flat] = [[['host', 'a']] as unknown[], ['Host', 'a'] as unknown[]];
    const entries: unknown[] = [{ key: Buffer.from('a') }];
    for (const carrier of [pairs, flat, entries]) source.inject(source.target, carrier);
    expect(entries.at(-1)).toEqual({ traceparent });
    expect(pairs.at(-1)).toEqual(['traceparent', traceparent]);
    expect(flat.slice(-2)).toEqual(['traceparent', traceparent]);
    for (const carrier of [pairs, flat, entries]) {
      const { length } = carrier;
      source.inject({ ...source.target, spanId1: 7 }, carrier);
      expect(carrier).toHaveLength(length);
      const receiver = composite();
      expect([receiver.extract(carrier), receiver.target.spanId1]).toEqual([true, 7]);
    }
  });
});

/** What a carrier has beside some names. */
function withoutFields(carrier: object, names: ReadonlySet<string>): object {
  if (carrier instanceof URLSearchParams) return withoutFields(Object.fromEntries(carrier), names);
  if (carrier instanceof Map) return new Map([...carrier].filter(([name]) => !names.has(name as string)));
  if (!Array.isArray(carrier)) return Object.fromEntries(Object.entries(carrier).filter(([name]) => !names.has(name)));
  if (typeof carrier[0] === 'string')
    return carrier.filter((_, index) => !names.has(carrier[index - (index % 2)] as string));
  return carrier.filter((item: object) => !names.has((Array.isArray(item) ? item[0] : Object.keys(item)[0]) as string));
}

describe('headers that are sent on', () => {
  const left = {
    traceparent,
    tracestate: 'a=1',
    'x-b3-flags': '1',
    'x-b3-parentspanid': '7',
    baggage: 'a=1',
    host: 'a',
  };
  const flat = (): string[] => Object.entries(left).flat();

  it.each<[string, object]>([
    ['a plain object', { ...left }],
    ['a Map', new Map(Object.entries(left))],
    ['Headers', new Headers(left)],
    ['URLSearchParams', new URLSearchParams(left)],
    ['a list of pairs', Object.entries(left)],
    ['a list of names and values in turn', flat()],
    [
      'a list of objects with one entry',
      Object.entries(left).map(([name, value]) => ({ [name.toUpperCase()]: value })),
    ],
    ['gRPC-like metadata', grpcMetadata(left)],
  ])('keep nothing that the new context lacks: %s', (_name, carrier) => {
    const source = new CompositePropagator([], [w3cTraceContext, b3Multi]);
    source.inject({ ...sample, flags: 0, spanId1: 7 }, carrier);
    const receiver = new CompositePropagator([b3Multi, w3cBaggage], []);
    expect(receiver.extract(carrier)).toBe(true);
    expect(receiver.target).toMatchObject({ spanId1: 7, debug: false, flags: 0, baggageItems: { a: '1' } });
    const w3c = new CompositePropagator([w3cTraceContext], []);
    expect(w3c.extract(carrier)).toBe(true);
    expect(w3c.target).toMatchObject({ spanId1: 7, traceState: '' });
  });

  it('are left alone by a context without ids, but for what it says', () => {
    const carrier = { ...left };
    composite().inject(
      { ...sample, traceId0: 0, traceId1: 0, traceId2: 0, traceId3: 0, spanId0: 0, spanId1: 0 },
      carrier,
    );
    expect(carrier).toEqual(left);
  });

  it.each<[string, object, object]>([
    [
      'names in other case, which would be second values',
      { Traceparent: 'old', TRACESTATE: 'a=1', 'X-B3-TraceId': 'old', 'X-B3-Flags': '1', Host: 'a' },
      { Host: 'a' },
    ],
    [
      'names in other case, in a Map',
      new Map([
        ['Traceparent', 'old'],
        ['X-B3-Flags', '1'],
        ['Host', 'a'],
      ]),
      new Map([['Host', 'a']]),
    ],
    [
      'names in other case, in URLSearchParams',
      new URLSearchParams({ Traceparent: 'old', 'X-B3-ParentSpanId': '1', Host: 'a' }),
      { Host: 'a' },
    ],
    [
      'what is not written',
      { Baggage: 'tenant=7', baggage: 'a=1', 'X-Own': '1' },
      { Baggage: 'tenant=7', baggage: 'a=1', 'X-Own': '1' },
    ],
    ['several of one name', ['tracestate', 'a=1', 'host', 'a', 'TraceState', 'b=2'], ['host', 'a']],
    [
      'several pairs of one name',
      [
        ['tracestate', 'a=1'],
        ['host', 'a'],
        ['tracestate', 'b=2'],
      ],
      [['host', 'a']],
    ],
    [
      'one of the entries of an object in a list',
      [{ tracestate: 'a=1', app: '1' }, { app2: '2' }],
      [{ app: '1' }, { app2: '2' }],
    ],
  ])('are looked for as they are read: %s', (_name, carrier, kept) => {
    new CompositePropagator([], [w3cTraceContext, b3Multi]).inject(
      { ...sample, flags: 0, samplingKnown: false },
      carrier,
    );
    const fields = new Set(['traceparent', 'x-b3-traceid', 'x-b3-spanid']);
    expect(withoutFields(carrier, fields)).toEqual(kept);
  });

  it('are emptied where they cannot be taken away', () => {
    const carrier = Object.seal({ traceparent: 'old', tracestate: 'a=1' });
    composite().inject(sample, carrier);
    expect(carrier).toEqual({ traceparent, tracestate: '' });
  });

  it.each(['delete', 'remove', 'unset', 'removeHeader'])('are taken away by %s of what has a set', (removal) => {
    const values = new Map([['tracestate', 'a=1']]);
    composite().inject(sample, {
      set: (name: string, value: string) => void values.set(name, value),
      [removal]: (name: string) => void values.delete(name),
    });
    expect(values).toEqual(new Map([['traceparent', traceparent]]));
  });

  it.each([
    ['Datadog', datadog, 'x-datadog-trace-id', { traceId2: 0, traceId3: 0 }],
    ['basictracer', basictracer, 'ot-tracer-traceid', { traceId2: 0, traceId3: 0 }],
  ])('lose the ids of another trace where %s cannot say those of this one', (_name, propagator, field, ids) => {
    const carrier = { [field]: '1', host: 'a' };
    new CompositePropagator([], [propagator]).inject({ ...sample, ...ids }, carrier);
    expect(carrier).toEqual({ host: 'a' });
  });

  it('lose the ids that a decision alone, or a debug id, is not about', () => {
    const alone = { ...sample, traceId0: 0, traceId1: 0, traceId2: 0, traceId3: 0, spanId0: 0, spanId1: 0 };
    const ofB3 = { 'x-b3-traceid': '1', 'x-b3-spanid': '2', 'x-b3-parentspanid': '3' };
    new CompositePropagator([], [b3Multi]).inject(alone, ofB3);
    expect(ofB3).toEqual({ 'x-b3-sampled': '1' });
    const ofJaeger = { 'uber-trace-id': '1:2:0:1' };
    new CompositePropagator([], [jaeger]).inject({ ...alone, debugId: 'me' }, ofJaeger);
    expect(ofJaeger).toEqual({ 'jaeger-debug-id': 'me' });
  });

  it('stay where a carrier cannot give them up', () => {
    const values = new Map([['tracestate', 'a=1']]);
    composite().inject(sample, { set: (name: string, value: string) => void values.set(name, value) });
    expect(values).toEqual(
      new Map([
        ['traceparent', traceparent],
        ['tracestate', 'a=1'],
      ]),
    );
  });
});

describe('extraction', () => {
  it.each([
    ['a plain object', { traceparent }],
    ['names in any case', { 'Content-Type': 'x', TraceParent: traceparent }],
    ['an object without prototype', Object.assign(Object.create(null), { traceparent })],
    ['an array as value', { traceparent: [traceparent] }],
    ['a Map', new Map([['TRACEPARENT', traceparent]])],
    ['a Map of bytes, as Kafka has them', new Map([['traceparent', Buffer.from(traceparent)]])],
    ['bytes in an object', { traceparent: Buffer.from(traceparent) }],
    ['bytes of another realm', { traceparent: bytesOfAnotherRealm(traceparent) }],
    ['arrays of bytes', { traceparent: [Buffer.from(traceparent)] }],
    ['Headers', new Headers({ Traceparent: traceparent })],
    ['URLSearchParams', new URLSearchParams({ traceparent })],
    [
      'a list of pairs',
      [
        ['host', 'a'],
        ['TraceParent', traceparent],
      ],
    ],
    ['a list of names and values in turn, as rawHeaders', ['Host', 'traceparent', 'Traceparent', traceparent]],
    ['a list of objects with one entry, as Kafka headers', [{ other: 'a' }, { traceparent: Buffer.from(traceparent) }]],
    ['gRPC-like metadata', { get: (name: string) => (name === 'traceparent' ? [traceparent] : []) }],
  ])('reads %s', (_name, carrier) => {
    const propagator = composite();
    expect(propagator.extract(carrier)).toBe(true);
    expect(propagator.target).toMatchObject({ traceId0: sample.traceId0, spanId1: sample.spanId1, flags: 1 });
  });

  it.each([
    ['an empty object', {}],
    [
      'other headers',
      { host: 'a', accept: 'b', 'user-agent': 'c', connection: 'd', 'x-b3': 'e', b4: 'f', baggages: 'g' },
    ],
    ['values that are no text', { traceparent: undefined, b3: null, baggage: {}, tracestate: true }],
    ['an empty array', { traceparent: [] }],
    ['an empty list', []],
    ['a list of nothing useful', [null, 1, undefined, [], ['traceparent'], 'traceparent']],
    ['names longer than any format has', { ['traceparent'.repeat(5)]: traceparent }],
    ['an empty Map', new Map([[1, 2]])],
  ])('finds nothing in %s', (_name, carrier) => {
    const propagator = composite();
    expect(propagator.extract(carrier)).toBe(false);
    expect(propagator.malformed).toBe(0);
  });

  it('takes the first format that has a context', () => {
    const propagator = composite();
    propagator.extract({ b3, traceparent });
    expect(propagator.target.traceId0).toBe(sample.traceId0);
    propagator.extract({ b3 });
    expect(propagator.target).toMatchObject({ traceId1: 1, traceId3: 2, spanId1: 3, flags: 0 });
  });

  it('goes on to the next format when one is malformed, and counts it', () => {
    const propagator = composite();
    expect(propagator.extract({ traceparent: 'nonsense', b3 })).toBe(true);
    expect(propagator.target.traceId3).toBe(2);
    expect(propagator.malformed).toBe(1);
    expect(propagator.extract({ traceparent: 'nonsense', b3: 'too' })).toBe(false);
    expect(propagator.malformed).toBe(2);
    expect(propagator.extract({ host: 'a' })).toBe(false);
    expect(propagator.malformed).toBe(0);
  });

  it('takes two traceparent headers for none (W3C Trace Context §3.2)', () => {
    const propagator = composite();
    expect(propagator.extract({ traceparent: [traceparent, traceparent] })).toBe(false);
    expect(propagator.malformed).toBe(1);
  });

  it('takes two traceparent headers in a list for none, too', () => {
    const propagator = composite();
    expect(propagator.extract(['traceparent', traceparent, 'traceparent', traceparent])).toBe(false);
    expect(propagator.malformed).toBe(1);
  });

  it('joins several tracestate and baggage headers', () => {
    const propagator = composite();
    propagator.extract({ traceparent, tracestate: ['a=1', 'b=2'], baggage: ['c=3', 'd=4'] });
    expect(propagator.target).toMatchObject({ traceState: 'a=1,b=2', baggageItems: { c: '3', d: '4' } });
  });

  it('reads baggage beside any format, and alone', () => {
    const propagator = composite();
    propagator.extract({ b3, baggage: 'a=1' });
    expect(propagator.target).toMatchObject({ traceId3: 2, baggageItems: { a: '1' } });
    expect(propagator.extract({ baggage: 'a=1' })).toBe(true);
    expect(propagator.target).toMatchObject({
      traceId3: 0,
      spanId1: 0,
      samplingKnown: false,
      baggageItems: { a: '1' },
    });
  });

  it('carries nothing over from one carrier to the next', () => {
    const propagator = composite();
    propagator.extract({ traceparent, tracestate: 'a=1', baggage: 'a=1' });
    propagator.extract({ b3 });
    expect(propagator.target).toMatchObject({ traceState: '', baggageItems: {}, flags: 0 });
    expect(propagator.extract({ host: 'a' })).toBe(false);
  });
});

describe('a carrier whose code extracts from another one', () => {
  const own = { traceparent, tracestate: 'a=1', 'uberctx-a': '1' };

  /** Has `own`, and calls `meanwhile` when its last field is read. */
  function asking(meanwhile: () => unknown): object {
    return Object.defineProperty({ ...own }, 'baggage', { enumerable: true, get: () => (meanwhile(), 'b=2') });
  }

  function propagator(): CompositePropagator {
    return new CompositePropagator([w3cTraceContext, b3Single, jaeger, w3cBaggage], []);
  }

  it.each<[string, (composite: CompositePropagator) => unknown]>([
    ['that has a context', (composite) => composite.extract({ b3, 'uberctx-c': '3' })],
    ['that has none', (composite) => composite.extract({ host: 'a' })],
    ['that is malformed', (composite) => composite.extract({ traceparent: 'nonsense', baggage: '=' })],
    ['that is no carrier', (composite) => expect(() => composite.extract(null as never)).toThrow(TypeError)],
    ['whose code does so, too', (composite) => composite.extract(asking(() => composite.extract({ b3 })))],
    ['twice', (composite) => [composite.extract({ b3 }), composite.extract({ 'uberctx-c': '3' })]],
  ])('%s keeps its own context', (_, meanwhile) => {
    const [plain, composite] = [propagator(), propagator()];
    plain.extract({ ...own, baggage: 'b=2' });
    for (let turn = 0; turn < 2; turn++) {
      expect(composite.extract(asking(() => meanwhile(composite)))).toBe(true);
      expect(composite.target).toEqual(plain.target);
      expect(composite.target.baggageItems).toEqual({ a: '1', b: '2' });
      expect(composite.malformed).toBe(0);
    }
  });

  it('gets the other one’s, without anything of its own', () => {
    const composite = propagator();
    const seen: unknown[] = [];
    composite.extract(
      asking(() => {
        seen.push(composite.extract({ b3 }), { ...composite.target });
        seen.push(composite.extract({ host: 'a' }), composite.malformed);
      }),
    );
    const plain = propagator();
    plain.extract({ b3 });
    expect(seen).toEqual([true, plain.target, false, 0]);
  });

  it('and then throws hides nothing of the next', () => {
    const composite = propagator();
    const broken = asking(() => {
      composite.extract({ b3 });
      throw new Error('no');
    });
    expect(() => composite.extract(broken)).toThrow('no');
    expect(composite.extract({ b3 })).toBe(true);
    expect(composite.target).toMatchObject({ traceId3: 2, traceState: '', baggageItems: {} });
  });
});

describe('injection', () => {
  const headers = new Headers();
  it.each([
    ['a plain object', {}, (carrier: object) => (carrier as Record<string, string>)['traceparent']],
    ['a Map', new Map<string, string>(), (carrier: object) => (carrier as Map<string, string>).get('traceparent')],
    ['Headers', headers, () => headers.get('traceparent')],
  ])('writes into %s', (_name, carrier, read) => {
    composite().inject(sample, carrier);
    expect(read(carrier)).toBe(traceparent);
  });
});

const all = [w3cTraceContext, b3Single, b3Multi, jaeger, basictracer, datadog, xray];

describe('every format', () => {
  it.each(all.map((propagator) => [propagator.name, propagator] as const))(
    '%s is found among the headers of a request, in any case, and written by itself',
    (_, propagator) => {
      const source = new CompositePropagator([propagator], [propagator]);
      const headers: Record<string, string> = { Host: 'a', Origin: 'b', 'User-Agent': 'c', 'X-Request-Id': 'd' };
      source.inject({ ...sample, traceId0: 0, traceId1: 0 }, headers);
      const receiver = new CompositePropagator([...all, w3cBaggage], []);
      for (const change of [(name: string) => name.toLowerCase(), (name: string) => name.toUpperCase()]) {
        const carrier = Object.fromEntries(Object.entries(headers).map(([name, value]) => [change(name), value]));
        expect(receiver.extract(carrier)).toBe(true);
        expect(receiver.target).toMatchObject({ traceId2: sample.traceId2, spanId1: sample.spanId1, flags: 1 });
      }
      expect(receiver.malformed).toBe(0);
    },
  );

  it('finds nothing where there is none, whatever begins alike', () => {
    const receiver = new CompositePropagator([...all, w3cBaggage], []);
    const headers = {
      host: 'a',
      'user-agent': 'b',
      origin: 'c',
      uber: 'd',
      'ot-': 'e',
      'uberctx-': 'f',
      '': 'g',
      o: 'h',
    };
    for (const carrier of [headers, new Map(Object.entries(headers)), Object.entries(headers)])
      expect(receiver.extract(carrier)).toBe(false);
    expect(receiver.malformed).toBe(0);
  });
});

describe('the order of the list', () => {
  /** Each format's header of a trace of its own, which its place in this list numbers. */
  const carrier: Record<string, string> = {};
  for (const [index, propagator] of all.entries()) {
    const context = { ...sample, traceId0: 0, traceId1: 0, traceId2: 0, traceId3: index + 1 };
    propagator.inject(context, carrier, (_, name, value) => writeProperty(carrier, name, value));
  }

  it('decides: the first that finds a context wins', () => {
    for (let turn = 0; turn < all.length; turn++) {
      const order = [...all.slice(turn), ...all.slice(0, turn)];
      const composite = new CompositePropagator(order, []);
      expect(composite.extract(carrier)).toBe(true);
      expect(composite.target.traceId3).toBe(turn + 1);
    }
  });

  it('goes on to the next when the first is malformed', () => {
    const broken = { ...carrier, traceparent: 'x', b3: 'x', 'X-B3-SpanId': 'x' };
    const composite = new CompositePropagator(all, []);
    expect(composite.extract(broken)).toBe(true);
    expect([composite.target.traceId3, composite.malformed]).toEqual([4, 3]);
  });

  const items = { 'uberctx-a': 'jaeger', 'ot-baggage-a': 'basictracer', baggage: 'a=w3c,c=w3c', 'uberctx-b': 'jaeger' };

  it.each<[string, readonly Propagator[], string]>([
    ['jaeger', [jaeger, basictracer, w3cBaggage], 'jaeger'],
    ['basictracer', [basictracer, w3cBaggage, jaeger], 'basictracer'],
    ['w3c', [w3cBaggage, w3cTraceContext, jaeger, basictracer], 'w3c'],
  ])('decides about one key of the baggage, and takes all keys: %s', (_, order, value) => {
    const composite = new CompositePropagator(order, []);
    expect(composite.extract({ ...items, 'ot-baggage-d': 'basictracer' })).toBe(true);
    expect(composite.target.baggageItems).toEqual({ a: value, b: 'jaeger', c: 'w3c', d: 'basictracer' });
  });

  it.each<[string, readonly Propagator[], string]>([
    ['jaeger', [jaeger, w3cBaggage], 'jaeger'],
    ['w3c', [w3cBaggage, jaeger], 'w3c'],
  ])('decides about a key that one format had to write in lower case, too: %s', (_, order, value) => {
    const composite = new CompositePropagator(order, []);
    composite.extract({
      'uberctx-user': 'jaeger',
      'uberctx-%c3%84b': 'jaeger',
      // Which of the two it is, nobody knows.
      'uberctx-only': '1',
      'jaeger-baggage': 'UserId=jaeger',
      baggage: 'User=w3c,%C3%84B=w3c,ONLY=2,only=3,userId=w3c',
    });
    expect(composite.target.baggageItems).toEqual({ User: value, ÄB: value, userId: value, only: '3', ONLY: '2' });
  });

  it('leaves keys that differ in case alone where no format loses it', () => {
    const composite = new CompositePropagator([jaeger.textMap!, w3cBaggage], [], true);
    composite.extract({ 'uberctx-user': 'jaeger', baggage: 'User=w3c' });
    expect(composite.target.baggageItems).toEqual({ user: 'jaeger', User: 'w3c' });
  });

  it('takes the baggage of a format whose trace is malformed, or is not the one that won', () => {
    const composite = new CompositePropagator([w3cTraceContext, jaeger], []);
    expect(composite.extract({ traceparent, 'uber-trace-id': '1:2:0:0', 'uberctx-a': '1' })).toBe(true);
    expect(composite.target).toMatchObject({ traceId0: sample.traceId0, baggageItems: { a: '1' } });
    expect(composite.extract({ 'uber-trace-id': 'x', 'uberctx-a': '1' })).toBe(true);
    expect(composite.target).toMatchObject({ spanId1: 0, samplingKnown: false, baggageItems: { a: '1' } });
    expect(composite.malformed).toBe(1);
  });

  it('merges no key into the prototype', () => {
    const composite = new CompositePropagator([jaeger, w3cBaggage], []);
    composite.extract({ 'uberctx-__proto__': 'x', baggage: '__proto__=y,a=1' });
    const { baggageItems } = composite.target;
    expect(new Map(Object.entries(baggageItems))).toEqual(
      new Map([
        ['__proto__', 'x'],
        ['a', '1'],
      ]),
    );
    expect(Object.getPrototypeOf(baggageItems)).toBe(Object.prototype);
  });

  it('leaves the baggage of one format alone when another one is malformed, and counts that', () => {
    const composite = new CompositePropagator([jaeger, w3cBaggage], []);
    expect(composite.extract({ 'jaeger-baggage': '=', baggage: 'a=1' })).toBe(true);
    expect([composite.target.baggageItems, composite.malformed]).toEqual([{ a: '1' }, 1]);
    expect(composite.extract({ 'jaeger-baggage': '=', baggage: '=' })).toBe(false);
    expect(composite.malformed).toBe(2);
  });
});

describe('carriers that know case', () => {
  const formData = (pairs: Record<string, string>): FormData => {
    const data = new FormData();
    for (const [name, value] of Object.entries(pairs)) data.set(name, value);
    return data;
  };

  it.each<[string, (pairs: Record<string, string>) => object]>([
    ['URLSearchParams', (pairs) => new URLSearchParams(pairs)],
    ['FormData', formData],
  ])('are read without regard to it: %s', (_, make) => {
    for (const propagator of [b3Multi, xray, w3cTraceContext]) {
      const headers: Record<string, string> = {};
      propagator.inject(sample, headers, (_, name, value) => writeProperty(headers, name, value));
      const composite = new CompositePropagator([propagator], []);
      expect(composite.extract(make(headers)), propagator.name).toBe(true);
      expect(composite.target.spanId1).toBe(sample.spanId1);
    }
  });

  it('a name that is no text, and cannot be made into one, hides no other', () => {
    const composite = new CompositePropagator([w3cTraceContext], []);
    const carrier = new Map<unknown, unknown>([
      [Object.create(null), 'x'],
      ['traceparent', traceparent],
    ]);
    expect(composite.extract(carrier)).toBe(true);
  });

  it('values of one name are joined as far as any format reads', () => {
    const read: (string | undefined)[] = [];
    const reading: Propagator = {
      ...w3cTraceContext,
      extract: (values, first) => (read.push(values[first]), 'malformed'),
    };
    const composite = new CompositePropagator([reading], []);
    composite.extract(Array.from({ length: 20_000 }, () => ['traceparent', traceparent]));
    expect(read[0]!.length).toBeGreaterThan(16_384);
    expect(read[0]!.length).toBeLessThan(16_384 + 2 * traceparent.length + 2);
  });
});

it('names may be bytes, as values may', () => {
  const composite = new CompositePropagator([w3cTraceContext], []);
  expect(composite.extract(new Map([[Buffer.from('traceparent'), Buffer.from(traceparent)]]))).toBe(true);
});

describe('headers with a prefix', () => {
  const pairs: [string, string][] = [
    ['Host', 'a'],
    ['Uber-Trace-Id', '1:2:0:1'],
    ['UberCtx-User-Id', 'a%20b'],
    ['uberctx-' + 'k'.repeat(40), 'long'],
  ];
  const metadata = {
    get: (name: string) => (name === 'uber-trace-id' ? ['1:2:0:1'] : []),
    getMap: () => Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value])),
  };
  const get = (wanted: string): string | undefined =>
    pairs.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1];

  it.each<[string, object]>([
    ['a plain object', Object.fromEntries(pairs)],
    ['a Map', new Map(pairs)],
    ['a Map of bytes', new Map(pairs.map(([name, value]) => [name, Buffer.from(value)]))],
    ['Headers', new Headers(pairs)],
    ['URLSearchParams', new URLSearchParams(pairs)],
    ['a list of pairs', pairs],
    ['a list of names and values in turn', pairs.flat()],
    ['a list of objects with one entry', pairs.map(([name, value]) => ({ [name]: Buffer.from(value) }))],
    ['gRPC-like metadata', metadata],
    ['what has get and keys', { get, keys: () => pairs.map(([name]) => name) }],
    ['what has get and keys that iterate', { get, keys: () => new Map(pairs).keys() }],
    ['what has get and iterates over pairs', { get, [Symbol.iterator]: () => pairs.values() }],
  ])('are read from %s', (_, carrier) => {
    const composite = new CompositePropagator([w3cTraceContext, jaeger], []);
    expect(composite.extract(carrier)).toBe(true);
    expect(composite.target).toMatchObject({ traceId3: 1, spanId1: 2, flags: 1 });
    expect(composite.target.baggageItems).toEqual({ 'user-id': 'a b', ['k'.repeat(40)]: 'long' });
  });

  it.each<[string, object]>([
    ['names nothing else', { get }],
    ['has keys that do not iterate', { get, keys: () => Promise.resolve(['uberctx-a']) }],
    ['has keys that are no names', { get, keys: () => [5, null, {}] }],
    ['iterates over names', { get, [Symbol.iterator]: () => pairs.flat().values() }],
  ])('are not looked for in what has get and %s', (_, carrier) => {
    const composite = new CompositePropagator([jaeger], []);
    expect(composite.extract(carrier)).toBe(true);
    expect(composite.target).toMatchObject({ traceId3: 1, spanId1: 2 });
    expect(composite.target.baggageItems).toEqual({});
  });

  it('keep the case of what follows, when asked to', () => {
    const composite = new CompositePropagator([basictracer.textMap!], [], true);
    composite.extract({ 'OT-Baggage-User-Id': 'x' });
    expect(composite.target.baggageItems).toEqual({ 'User-Id': 'x' });
  });

  it('are joined when their value is a list, and left alone when it is no text', () => {
    const composite = new CompositePropagator([basictracer], []);
    expect(composite.extract({ 'ot-baggage-a': ['1', '2'], 'ot-baggage-b': {}, 'ot-baggage-c': undefined })).toBe(true);
    expect(composite.target.baggageItems).toEqual({ a: '1,2' });
  });

  it('are not carried over from one carrier to the next', () => {
    const composite = new CompositePropagator([jaeger, basictracer], []);
    composite.extract({ 'uberctx-a': '1' });
    composite.extract({ 'ot-baggage-b': '2' });
    expect(composite.target.baggageItems).toEqual({ b: '2' });
    expect(composite.extract({ host: 'a' })).toBe(false);
  });

  it('are read from Headers and lists with the fields joined as ever', () => {
    const composite = new CompositePropagator([w3cTraceContext, jaeger, w3cBaggage], []);
    const headers = new Headers({ traceparent, tracestate: 'a=1' });
    headers.append('tracestate', 'b=2');
    expect(composite.extract(headers)).toBe(true);
    expect(composite.target.traceState).toBe('a=1,b=2');
    expect(
      composite.extract(
        new URLSearchParams([
          ['traceparent', traceparent],
          ['traceparent', traceparent],
        ]),
      ),
    ).toBe(false);
    expect(composite.malformed).toBe(1);
  });

  it('are at most 180 of one prefix, whatever the others have', () => {
    const composite = new CompositePropagator([jaeger, basictracer], []);
    const carrier: Record<string, string> = {};
    for (let index = 0; index < 181; index++) carrier[`uberctx-k${index}`] = 'v';
    carrier['ot-baggage-o'] = '1';
    composite.extract(carrier);
    const keys = Object.keys(composite.target.baggageItems);
    expect(keys).toHaveLength(181);
    expect(['k179', 'k180', 'o'].map((key) => keys.includes(key))).toEqual([true, false, true]);
  });

  it('of a hostile carrier cost little', () => {
    const composite = new CompositePropagator(all, []);
    const carrier: Record<string, string> = { 'uber-trace-id': 'x'.repeat(1_000_000) };
    for (let index = 0; index < 20_000; index++) carrier[`uberctx-${index}`] = 'v'.repeat(5000);
    expect(composite.extract(carrier)).toBe(false);
    expect(composite.malformed).toBe(2);
  });
});
