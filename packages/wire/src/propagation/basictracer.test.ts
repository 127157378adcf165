import * as fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';

import { contexts, usedContext } from '../fixtures/trace-context.ts';
import { spanIdHex, traceIdHex } from '../ids.ts';
import { formatTracerState, isTracerState, parseTracerState } from './basictracer-binary.ts';
import { formatTraceId64, parseOtTracer } from './basictracer.ts';
import { formatSpanId } from './traceparent.ts';

const trace128 = '80f198ee56343ba864fe8b2a57d3eff7';
const trace64 = '64fe8b2a57d3eff7';
const span = 'e457b5a2e4d86bd1';

const denied = { flags: 0, samplingKnown: true, debug: false };
const accepted = { flags: 1, samplingKnown: true, debug: false };

const decided = fc
  .tuple(contexts, fc.constantFrom(denied, accepted))
  .map(([ids, decision]) => ({ ...ids, ...decision }));
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const baggages = fc.dictionary(fc.oneof(text, fc.constant('__proto__')), text, { maxKeys: 6, noNullPrototype: true });

describe("basictracer's fields", () => {
  it('come back as they were sent, without the upper half', () => {
    fc.assert(
      fc.property(decided, (context) => {
        const target = { ...usedContext(), traceState: '' };
        const sampled = context.flags === 1 ? 'true' : 'false';
        expect(parseOtTracer(formatTraceId64(context), formatSpanId(context), sampled, target)).toBe(true);
        expect(target).toEqual({ ...context, traceId0: 0, traceId1: 0 });
      }),
    );
  });

  it.each([
    [trace64, span, 'true', accepted],
    [trace64, span, 'false', denied],
    [trace64, span, '1', accepted],
    [trace64, span, '0', denied],
    [trace64, span, 'True', accepted],
    [trace64, span, 'FALSE', denied],
    ['1', 'f', 'true', accepted],
    [trace64.toUpperCase(), span.toUpperCase(), 'true', accepted],
    [trace128, span, 'true', accepted],
    [`${'0'.repeat(16)}${trace64}`, span, 'true', accepted],
  ])('%s, %s, %s are read', (traceId, spanId, sampled, state) => {
    const context = usedContext();
    expect(parseOtTracer(traceId, spanId, sampled, context)).toBe(true);
    expect(context).toMatchObject({ ...state, traceState: 'kept=1' });
    expect(traceIdHex(context)).toBe(traceId.toLowerCase().padStart(32, '0'));
    expect(spanIdHex(context)).toBe(spanId.toLowerCase().padStart(16, '0'));
  });

  it.each([
    ['nothing', undefined, undefined, undefined],
    ['no trace id', undefined, span, 'true'],
    ['no span id', trace64, undefined, 'true'],
    ['no decision', trace64, span, undefined],
    ['an empty trace id', '', span, 'true'],
    ['an empty span id', trace64, '', 'true'],
    ['an empty decision', trace64, span, ''],
    ['another decision', trace64, span, '2'],
    ['a decision in other words', trace64, span, 'yes'],
    ['a longer decision', trace64, span, 'falsee'],
    ['a trace id of 33 digits', `0${trace128}`, span, 'true'],
    ['a span id of 17 digits', trace64, `0${span}`, 'true'],
    ['a trace id of zeros', '0', span, 'true'],
    ['a trace id whose lower half is zeros', `${trace64}${'0'.repeat(16)}`, span, 'true'],
    ['a span id of zeros', trace64, '0000', 'true'],
    ['no hex', '0x12', span, 'true'],
    ['no hex in the span id', trace64, '-1', 'true'],
    ['underscores, which Python takes for digits of nothing', '1_2', span, 'true'],
    ['white space', ' 12', span, 'true'],
    ['two headers', `${trace64},${trace64}`, span, 'true'],
    ['a megabyte', '1'.repeat(1_000_000), span, 'true'],
    ['a decision of a megabyte', trace64, span, '1'.repeat(1_000_000)],
  ])('refuses %s and leaves the target alone', (_, traceId, spanId, sampled) => {
    const context = usedContext();
    expect(parseOtTracer(traceId, spanId, sampled, context)).toBe(false);
    expect(context).toEqual(usedContext());
  });
});

/** The schema of basictracer-go's wire.proto, read by another library. */
const TracerState = protobuf
  .parse(`
  syntax = "proto3";
  message TracerState {
    fixed64 trace_id = 1;
    fixed64 span_id = 2;
    bool sampled = 3;
    map<string, string> baggage_items = 4;
  }
`)
  .root.lookupType('TracerState');

/** As basictracer writes it. */
function encoded(fields: object): Uint8Array {
  const message = TracerState.encode(TracerState.fromObject(fields)).finish();
  return withLength(message);
}

function withLength(message: Uint8Array | readonly number[], length = message.length): Uint8Array {
  const bytes = new Uint8Array(4 + message.length);
  new DataView(bytes.buffer).setUint32(0, length);
  bytes.set(message, 4);
  return bytes;
}

function decimal(hex: string): string {
  return BigInt(`0x${hex}`).toString();
}

const sample = { traceId: decimal(trace64), spanId: decimal(span), sampled: true, baggageItems: { k: 'ä' } };

describe("basictracer's bytes", () => {
  it('come back as they were sent, without the upper half', () => {
    fc.assert(
      fc.property(decided, baggages, (context, baggage) => {
        const target = { ...usedContext(), traceState: '' };
        expect(parseTracerState(formatTracerState(context, baggage), target)).toEqual(baggage);
        expect(target).toEqual({ ...context, traceId0: 0, traceId1: 0 });
      }),
    );
  });

  it('are what protobufjs reads', () => {
    fc.assert(
      fc.property(decided, baggages, (context, baggage) => {
        // It keeps maps in plain objects.
        if ('__proto__' in baggage && Object.hasOwn(baggage, '__proto__')) return;
        const bytes = formatTracerState(context, baggage);
        expect(new DataView(bytes.buffer).getUint32(0)).toBe(bytes.length - 4);
        const message = TracerState.toObject(TracerState.decode(bytes.subarray(4)), { longs: String, defaults: true });
        expect(message).toEqual({
          traceId: decimal(formatTraceId64(context)),
          spanId: decimal(formatSpanId(context)),
          sampled: context.flags === 1,
          baggageItems: baggage,
        });
      }),
    );
  });

  it('are read from protobufjs', () => {
    fc.assert(
      fc.property(decided, baggages, (context, baggage) => {
        if (Object.hasOwn(baggage, '__proto__')) return;
        const traceId = decimal(formatTraceId64(context));
        const spanId = decimal(formatSpanId(context));
        const target = { ...usedContext(), traceState: '' };
        const bytes = encoded({ traceId, spanId, sampled: context.flags === 1, baggageItems: baggage });
        expect(parseTracerState(bytes, target)).toEqual(baggage);
        expect(target).toEqual({ ...context, traceId0: 0, traceId1: 0 });
      }),
    );
  });

  it('are those that Python printed (reference/peers.md)', () => {
    const bytes = Buffer.from(
      '00000027096c41c016c4925a5c115a2e719f7e8e4486180122110a0a4b6966662d6c6f7665731203746561',
      'hex',
    );
    const context = usedContext();
    expect(parseTracerState(bytes, context)).toEqual({ 'Kiff-loves': 'tea' });
    expect(traceIdHex(context)).toBe('5c5a92c416c0416c'.padStart(32, '0'));
    expect(spanIdHex(context)).toBe('86448e7e9f712e5a');
    expect(context).toMatchObject(accepted);
    expect(Buffer.from(formatTracerState(context, { 'Kiff-loves': 'tea' }))).toEqual(bytes);
  });

  it('begin with a zero, which tells them from our own', () => {
    expect(isTracerState(encoded(sample))).toBe(true);
    expect(isTracerState(Uint8Array.of(1))).toBe(false);
    expect(isTracerState(new Uint8Array())).toBe(false);
  });

  const message = encoded(sample).subarray(4);

  it.each([
    ['in another order', [...message.subarray(9), ...message.subarray(0, 9)]],
    [
      'with unknown fields of every type',
      [...message, 0x28, 0x96, 1, 0x31, ...new Uint8Array(8), 0x3a, 1, 9, 0x45, 1, 2, 3, 4],
    ],
    ['with a field number of two bytes', [...message, 0x80, 1, 0]],
    ['with a repeated field', [0x09, 1, 1, 1, 1, 1, 1, 1, 1, ...message]],
    ['with a decision of ten bytes', [...message, 0x18, ...new Uint8Array(9).fill(0x80), 1]],
    ['with a decision in the upper bits', [...message, 0x18, 0x80, 1]],
    [
      'with an unknown field in an item',
      [...message.subarray(0, 20), 0x22, 9, 0x18, 1, 0x0a, 1, 107, 0x12, 2, 0xc3, 0xa4],
    ],
  ])('are read %s', (_, changed) => {
    const context = usedContext();
    expect(parseTracerState(withLength(changed), context)).toEqual({ k: 'ä' });
    expect(traceIdHex(context)).toBe(trace64.padStart(32, '0'));
    expect(context).toMatchObject(accepted);
  });

  it('are read out of a larger buffer, and without what is behind them', () => {
    const padded = Uint8Array.from([7, 7, 7, ...encoded(sample), 1, 2, 3]);
    expect(parseTracerState(padded.subarray(3), usedContext())).toEqual({ k: 'ä' });
  });

  it('may lack key, value and decision, as protobuf leaves out what is empty', () => {
    const context = usedContext();
    const bytes = encoded({ ...sample, sampled: false, baggageItems: { '': '' } });
    expect(parseTracerState(bytes, context)).toEqual({ '': '' });
    expect(context).toMatchObject(denied);
    expect(parseTracerState(withLength([...message.subarray(0, 20), 0x22, 0]), usedContext())).toEqual({ '': '' });
  });

  it('take the last of a repeated key', () => {
    const entry = (value: number): number[] => [0x22, 6, 0x0a, 1, 97, 0x12, 1, value];
    const twice = withLength([...message.subarray(0, 20), ...entry(49), ...entry(50)]);
    expect(parseTracerState(twice, usedContext())).toEqual({ a: '2' });
  });

  it('say "not sampled" for a context that leaves it open, and replace half a surrogate pair', () => {
    const context = { ...usedContext(), flags: 0, debug: false, samplingKnown: false };
    const target = usedContext();
    expect(parseTracerState(formatTracerState(context, { k: 'x\ud83dy' }), target)).toEqual({ k: 'x\ufffdy' });
    expect(target).toMatchObject(denied);
  });
});

describe("limits of basictracer's bytes", () => {
  const context = { ...usedContext(), flags: 1 };
  const items = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));

  it('leave out items beyond 180, and refuse them', () => {
    expect(parseTracerState(formatTracerState(context, items(180)), usedContext())).toEqual(items(180));
    expect(parseTracerState(formatTracerState(context, items(181)), usedContext())).toEqual(items(180));
    expect(parseTracerState(encoded({ ...sample, baggageItems: items(180) }), usedContext())).toEqual(items(180));
    expect(parseTracerState(encoded({ ...sample, baggageItems: items(181) }), usedContext())).toBeUndefined();
  });

  it('are 32,768 bytes with the length', () => {
    // Twenty-four bytes before the item; tag and length of item, key and value make twelve, the key one.
    const room = 32_768 - 24 - 12;
    const exact = { k: 'v'.repeat(room + 1) };
    const bytes = formatTracerState(context, exact);
    expect(bytes).toHaveLength(32_768);
    expect(parseTracerState(bytes, usedContext())).toEqual(exact);
    expect(bytes).toEqual(encodedLike(exact));
    const beyond = { k: 'v'.repeat(room + 2), short: 'w' };
    expect(parseTracerState(formatTracerState(context, beyond), usedContext())).toEqual({ short: 'w' });
    expect(encodedLike({ k: beyond.k })).toHaveLength(32_769);
    expect(parseTracerState(encodedLike({ k: beyond.k }), usedContext())).toBeUndefined();
    expect(formatTracerState(context, { huge: 'x'.repeat(5_000_000) })).toHaveLength(24);
  });

  function encodedLike(baggageItems: Record<string, string>): Uint8Array {
    const traceId = decimal(formatTraceId64(context));
    return encoded({ traceId, spanId: decimal(formatSpanId(context)), sampled: true, baggageItems });
  }
});

describe('bytes that are not of a basictracer', () => {
  const bytes = encoded(sample);
  const message = bytes.subarray(4);

  it('are any that were cut', () => {
    for (let length = 0; length < bytes.length; length++) refused(bytes.subarray(0, length));
    for (let length = 0; length < message.length; length++) {
      // Ends between two fields make a whole message, without the item; ids must be there.
      if (length === 18 || length === 20) continue;
      refused(withLength(message.subarray(0, length)));
    }
  });

  it.each([
    ['an empty message', withLength([])],
    ['a length of one more', withLength(message, message.length + 1)],
    ['a length of 4 GiB', withLength(message, 0xffff_ffff)],
    ['a trace id of zeros', encoded({ ...sample, traceId: 0 })],
    ['a span id of zeros', encoded({ ...sample, spanId: 0 })],
    ['no trace id', withLength(message.subarray(9))],
    ['no span id', withLength([...message.subarray(0, 9), ...message.subarray(18)])],
    ['a field number of 0', withLength([...message, 0, 0])],
    ['a group', withLength([...message, 0x2b, 0x2c])],
    ['a type that there is not', withLength([...message, 0x2e])],
    ['a number without end', withLength([...message, 0x18, ...new Uint8Array(11).fill(0x80)])],
    ['a tag of six bytes', withLength([...message, 0x80, 0x80, 0x80, 0x80, 0x80, 1])],
    ['an item longer than the message', withLength([...message, 0x22, 0x7f])],
    ['an item of 4 GiB', withLength([...message, 0x22, 0xff, 0xff, 0xff, 0xff, 0x0f])],
    ['a key longer than its item', withLength([...message, 0x22, 2, 0x0a, 1])],
    ['broken UTF-8', withLength([...message, 0x22, 3, 0x0a, 1, 0xff])],
    ['only zeros', new Uint8Array(64)],
  ])('are refused, the target left alone: %s', (_, given) => {
    refused(given);
  });

  it('never make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (given, hasIds) => {
        const target = usedContext();
        const all = withLength(hasIds ? [...message.subarray(0, 18), ...given] : given);
        if (parseTracerState(all, target) === undefined) expect(target).toEqual(usedContext());
      }),
      { numRuns: 2000 },
    );
  });

  function refused(given: Uint8Array): void {
    const target = usedContext();
    expect(parseTracerState(given, target)).toBeUndefined();
    expect(target).toEqual(usedContext());
  }
});
