import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { b3Multi } from './b3-multi.ts';
import { b3Single } from './b3-single.ts';
import { CompositePropagator } from './composite.ts';
import { sample } from './propagator.conformance.ts';
import { w3cBaggage } from './w3c-baggage.ts';
import { w3cTraceContext } from './w3c.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const b3 = '00000000000000010000000000000002-0000000000000003-0';

function composite(): CompositePropagator {
  return new CompositePropagator([w3cTraceContext, b3Single, b3Multi, w3cBaggage], [w3cTraceContext, w3cBaggage]);
}

/** As of @grpc/grpc-js: several values for each name, which is in lower case. */
function grpcMetadata(): object {
  const values = new Map<string, string[]>([['user-agent', ['grpc']]]);
  return {
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
    expect(receiver.extract(carrier)).toBe('context');
    expect(receiver.target).toEqual(source.target);
  });

  it('keeps the form of a list', () => {
    const source = composite();
    source.extract({ traceparent });
    const [pairs, flat] = [[['host', 'a']] as unknown[], ['Host', 'a'] as unknown[]];
    for (const carrier of [pairs, flat]) source.inject(source.target, carrier);
    expect(pairs.at(-1)).toEqual(['traceparent', traceparent]);
    expect(flat.slice(-2)).toEqual(['traceparent', traceparent]);
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
    expect(propagator.extract(carrier)).toBe('context');
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
    expect(propagator.extract(carrier)).toBe('nothing');
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
    expect(propagator.extract({ traceparent: 'nonsense', b3 })).toBe('context');
    expect(propagator.target.traceId3).toBe(2);
    expect(propagator.malformed).toBe(1);
    expect(propagator.extract({ traceparent: 'nonsense', b3: 'too' })).toBe('malformed');
    expect(propagator.malformed).toBe(3);
  });

  it('takes two traceparent headers for none (W3C Trace Context §3.2)', () => {
    expect(composite().extract({ traceparent: [traceparent, traceparent] })).toBe('malformed');
  });

  it('takes two traceparent headers in a list for none, too', () => {
    expect(composite().extract(['traceparent', traceparent, 'traceparent', traceparent])).toBe('malformed');
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
    expect(propagator.extract({ baggage: 'a=1' })).toBe('context');
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
    expect(propagator.extract({ host: 'a' })).toBe('nothing');
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
