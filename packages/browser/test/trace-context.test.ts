import { parseTraceparent } from '@spanwise/wire/propagation';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { PageSpanContext } from '../src/span-context.ts';
import { contextFrom, headersOf } from '../src/trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const whole = `00-${traceId}-${spanId}-01`;

const isRead = (header: string): boolean =>
  parseTraceparent(header, {
    traceId0: 0,
    traceId1: 0,
    traceId2: 0,
    traceId3: 0,
    spanId0: 0,
    spanId1: 0,
    flags: 0,
    samplingKnown: false,
    debug: false,
    traceState: '',
  });

describe('a traceparent', () => {
  it.each([
    [whole, true],
    [`00-${traceId}-${spanId}-02`, false],
    [`00-${traceId}-${spanId}-ff`, true],
    [`fe-${traceId}-${spanId}-00`, false],
    [`01-${traceId}-${spanId}-01-more`, true],
  ])('%s is read', (header, sampled) => {
    const context = contextFrom(header);
    expect(isRead(header)).toBe(true);
    expect([context?.toTraceId(), context?.toSpanId(), context?.sampled]).toEqual([traceId, spanId, sampled]);
  });

  it.each([
    '',
    whole.slice(0, -1),
    `${whole}-more`,
    `${whole} `,
    ` ${whole}`,
    whole.toUpperCase(),
    `ff-${traceId}-${spanId}-01`,
    `01-${traceId}-${spanId}-01more`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00_${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-0g`,
  ])('%j is none', (header) => {
    expect(isRead(header)).toBe(false);
    expect(contextFrom(header)).toBeUndefined();
  });

  it('is read or refused as the servers do, whatever is changed in it', () => {
    const change = fc.tuple(fc.nat(60), fc.constantFrom('', '-', '0', 'f', 'g', 'A', '00', ' '), fc.nat(2));
    fc.assert(
      fc.property(fc.constantFrom(whole, `01-${traceId}-${spanId}-01-x`), change, (header, [at, text, length]) => {
        const changed = header.slice(0, at) + text + header.slice(at + length);
        expect(contextFrom(changed) !== undefined).toBe(isRead(changed));
      }),
    );
  });
});

describe('baggage', () => {
  const withBaggage = (baggage: Record<string, string>): PageSpanContext =>
    new PageSpanContext(traceId, spanId, 3, '', baggage);
  const headerOf = (baggage: Record<string, string>): string | undefined =>
    headersOf(withBaggage(baggage)).find(([name]) => name === 'baggage')?.[1];

  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (baggage) => {
        const read = contextFrom(whole, '', headerOf(baggage));
        expect({ ...read?.baggage }).toEqual({ ...baggage });
      }),
    );
  });

  it('loses what does not fit into 8,192 characters, and keeps the rest', () => {
    const fits = { a: 'x'.repeat(8190) };
    expect(headerOf(fits)).toHaveLength(8192);
    expect(headerOf({ a: 'x'.repeat(8191), b: 'y' })).toBe('b=y');
  });

  it('is read without properties, and without items that are none', () => {
    const text = 'a=1;ttl=5, b = two%20words ,broken=%zz,empty,=,__proto__=x';
    expect(Object.entries(contextFrom(whole, '', text)!.baggage)).toEqual([
      ['a', '1'],
      ['b', 'two words'],
      ['', ''],
      ['__proto__', 'x'],
    ]);
  });
});
