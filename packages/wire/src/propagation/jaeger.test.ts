import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { contexts, usedContext } from '../fixtures/trace-context.ts';
import { spanIdHex, traceIdHex } from '../ids.ts';
import { formatUberTraceId, isJaegerDebugId, jaegerBaggageItems, parseUberTraceId } from './jaeger.ts';

const trace128 = '80f198ee56343ba864fe8b2a57d3eff7';
const trace64 = '64fe8b2a57d3eff7';
const span = 'e457b5a2e4d86bd1';
const parent = '5e3ac9a4f6e3b90';

const denied = { flags: 0, samplingKnown: true, debug: false };
const accepted = { flags: 1, samplingKnown: true, debug: false };
const debug = { flags: 1, samplingKnown: true, debug: true };

describe('uber-trace-id', () => {
  it('comes back as it was sent', () => {
    fc.assert(
      fc.property(contexts, fc.constantFrom(denied, accepted, debug), (ids, state) => {
        const context = { ...ids, ...state };
        const target = { ...usedContext(), traceState: '' };
        expect(parseUberTraceId(formatUberTraceId(context), target)).toBe(true);
        expect(target).toEqual(context);
      }),
    );
  });

  it('never throws, and leaves the target alone when it refuses', () => {
    const parts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(trace64, '0', '%3A', '%')));
    fc.assert(
      fc.property(parts, (given) => {
        const target = usedContext();
        if (!parseUberTraceId(given.join(':'), target)) expect(target).toEqual(usedContext());
      }),
    );
  });

  it.each([
    [`${trace128}:${span}:${parent}:1`, trace128, span, accepted],
    [`${trace64}:${span}:0:0`, trace64, span, denied],
    [`${trace64}:${span}:0:3`, trace64, span, debug],
    [`${trace64}:${span}:0:2`, trace64, span, debug],
    [`${trace64}:${span}:0:01`, trace64, span, accepted],
    [`${trace64}:${span}:0:9`, trace64, span, accepted],
    [`${trace64}:${span}:0:f8`, trace64, span, denied],
    [`${trace64}:${span}:0000000000000000:1`, trace64, span, accepted],
    ['1:2:0:1', '1', '2', accepted],
    ['abc:def:0:1', 'abc', 'def', accepted],
    [`${trace128.toUpperCase()}:${span.toUpperCase()}:0:1`, trace128, span, accepted],
    [`10000000000000000:${span}:0:1`, '10000000000000000', span, accepted],
    [`${'0'.repeat(16)}${trace64}:${span}:0:1`, trace64, span, accepted],
    [`${trace64}%3A${span}%3A0%3A1`, trace64, span, accepted],
    [`${trace64}%3a${span}%3a0%3a1`, trace64, span, accepted],
    [`${trace64}%3A${span}:0%3A1`, trace64, span, accepted],
    [` ${trace64}:${span}:0:1 `, trace64, span, accepted],
  ])('%s is read', (header, traceId, spanId, state) => {
    const context = usedContext();
    expect(parseUberTraceId(header, context)).toBe(true);
    expect(context).toMatchObject({ ...state, traceState: 'kept=1' });
    expect(traceIdHex(context)).toBe(traceId.padStart(32, '0'));
    expect(spanIdHex(context)).toBe(spanId.padStart(16, '0'));
  });

  it.each([
    ['80f198ee56343ba8:e457b5a2e4d86bd1:0:1', accepted],
    ['a:b:0:3', debug],
    ['1234567890abcdef1234567890abcdef:1:0:0', denied],
  ])('%s is written, without zeros in front', (header, state) => {
    const context = { ...usedContext(), ...state };
    expect(parseUberTraceId(header, context)).toBe(true);
    expect(formatUberTraceId(context)).toBe(header);
  });

  it.each([
    ['nothing', ''],
    ['one part', trace64],
    ['three parts', `${trace64}:${span}:1`],
    ['five parts', `${trace64}:${span}:0:1:`],
    ['an empty trace id', `:${span}:0:1`],
    ['an empty span id', `${trace64}::0:1`],
    ['an empty parent', `${trace64}:${span}::1`],
    ['no flags', `${trace64}:${span}:0:`],
    ['a trace id of 33 digits', `0${trace128}:${span}:0:1`],
    ['a span id of 17 digits', `${trace64}:0${span}:0:1`],
    ['a parent of 17 digits', `${trace64}:${span}:0${'0'.repeat(16)}:1`],
    ['flags of 3 digits', `${trace64}:${span}:0:001`],
    ['a trace id of zeros', `0:${span}:0:1`],
    ['a long trace id of zeros', `${'0'.repeat(32)}:${span}:0:1`],
    ['a span id of zeros', `${trace64}:0:0:1`],
    ['no hex in the trace id', `${trace64.replace('f', 'g')}:${span}:0:1`],
    ['no hex in the span id', `${trace64}:${span.replace('e', '@')}:0:1`],
    ['no hex in the parent', `${trace64}:${span}:x:1`],
    ['flags in words', `${trace64}:${span}:0:x`],
    ['a sign', `-1:${span}:0:1`],
    ['a prefix', `0x12:${span}:0:1`],
    ['a space inside', `${trace64}: ${span}:0:1`],
    ['a letter of two bytes', `${trace64.replace('6', '\u0136')}:${span}:0:1`],
    ['a broken escape', `${trace64}%3${span}%3A0%3A1`],
    ['an escape that is no UTF-8', `${trace64}%ff${span}:0:1`],
    ['escaped twice', `${trace64}%253A${span}%253A0%253A1`],
    ['a dash', `${trace64}-${span}-0-1`],
    ['two headers', `${trace64}:${span}:0:1,${trace64}:${span}:0:1`],
    ['a megabyte', `${trace64}:${span}:0:1`.repeat(25_000)],
    ['a megabyte of escapes', '%3A'.repeat(350_000)],
  ])('refuses %s and leaves the target alone', (_, header) => {
    const context = usedContext();
    expect(parseUberTraceId(header, context)).toBe(false);
    expect(context).toEqual(usedContext());
  });

  it('is read up to 207 characters, which is the longest with every character escaped', () => {
    const header = `${trace128}:${span}:${'0'.repeat(16)}:01`;
    const escaped = `%${Buffer.from(header).toString('hex').match(/../g)!.join('%')}`;
    expect(escaped).toHaveLength(207);
    expect(parseUberTraceId(escaped, usedContext())).toBe(true);
    expect(parseUberTraceId(`${escaped} `, usedContext())).toBe(false);
  });
});

describe('jaeger-debug-id', () => {
  it.each(['a', 'order 42', '~', ' a ', 'd'.repeat(256)])('may be %j', (header) => {
    expect(isJaegerDebugId(header)).toBe(true);
  });

  it.each(['', ' ', 'd'.repeat(257), 'a\nb', 'ä', '\u0000', 'd'.repeat(1_000_000)])('is not (%#)', (header) => {
    expect(isJaegerDebugId(header)).toBe(false);
  });
});

describe('jaeger-baggage', () => {
  it.each([
    ['a=1', ['a', '1']],
    ['a=1, b=2 ,c=', ['a', '1', 'b', '2', 'c', '']],
    ['', []],
    [' , ,', []],
    ['a', []],
    ['=1,b=2', ['b', '2']],
    ['a=1=2,b=2', ['b', '2']],
  ])('%j is %j', (header, items) => {
    expect(jaegerBaggageItems(header)).toEqual(items);
  });

  it('is read up to the 180th pair', () => {
    const pairs = Array.from({ length: 181 }, (_, index) => `k${index}=v`);
    expect(jaegerBaggageItems(pairs.join(','))).toHaveLength(360);
  });
});
