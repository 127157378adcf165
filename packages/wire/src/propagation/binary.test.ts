import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { contexts, usedContext } from '../fixtures/trace-context.ts';
import { formatBinaryContext, maxBinaryContextLength, parseBinaryContext } from './binary.ts';
import type { MutableTraceContext } from './trace-context.ts';

const decisions = fc.constantFrom(
  { flags: 0, samplingKnown: true, debug: false },
  { flags: 1, samplingKnown: true, debug: false },
  { flags: 3, samplingKnown: true, debug: false },
  { flags: 2, samplingKnown: false, debug: false },
  { flags: 1, samplingKnown: true, debug: true },
);
const text = fc.string({ unit: 'binary', maxLength: 40 });
const baggages = fc.dictionary(fc.oneof(text, fc.constant('__proto__')), text, { maxKeys: 6, noNullPrototype: true });

const context: MutableTraceContext = {
  traceId0: 0x0af76519,
  traceId1: 0x16cd43dd,
  traceId2: 0x8448eb21 | 0,
  traceId3: 0x1c80319c,
  spanId0: 0xb7ad6b71 | 0,
  spanId1: 0x69203331,
  flags: 1,
  samplingKnown: true,
  debug: false,
  traceState: 'ot=th:8',
};
const bytes = formatBinaryContext(context, { k: 'ä' });

describe('a context as bytes', () => {
  it('comes back as it was sent, with tracestate and baggage', () => {
    fc.assert(
      fc.property(
        contexts,
        decisions,
        baggages,
        fc.constantFrom('', 'a=1', 'ot=th:8,b@c=2'),
        (ids, decision, baggage, traceState) => {
          const sent = { ...ids, ...decision, traceState };
          const target = usedContext();
          expect(parseBinaryContext(formatBinaryContext(sent, baggage), target)).toEqual(baggage);
          expect(target).toEqual(sent);
        },
      ),
    );
  });

  it('has the documented layout', () => {
    expect(Buffer.from(bytes).toString('hex')).toBe(
      ['01', '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331', '01']
        .concat(['0007', Buffer.from('ot=th:8').toString('hex')])
        .concat(['01', '0001', '6b', '0002', 'c3a4'])
        .join(''),
    );
    expect(formatBinaryContext({ ...context, traceState: '' }, {})).toHaveLength(29);
  });

  it('is read out of a larger buffer', () => {
    const padded = new Uint8Array(bytes.length + 20).fill(0xff);
    padded.set(bytes, 7);
    const target = usedContext();
    expect(parseBinaryContext(padded.subarray(7, 7 + bytes.length), target)).toEqual({ k: 'ä' });
    expect(target).toEqual(context);
  });

  it('without ids carries a decision and baggage', () => {
    const noIds = { traceId0: 0, traceId1: 0, traceId2: 0, traceId3: 0, spanId0: 0, spanId1: 0 };
    const target = usedContext();
    expect(parseBinaryContext(formatBinaryContext({ ...context, ...noIds }, { a: 'b' }), target)).toEqual({ a: 'b' });
    expect(target).toEqual({ ...context, ...noIds });
  });

  it('drops flags that are not defined, and lets debug mean sampled', () => {
    const target = usedContext();
    expect(parseBinaryContext(withByte(25, 0x3c), target)).toBeDefined();
    expect(target).toMatchObject({ flags: 0, samplingKnown: true, debug: false });
    expect(parseBinaryContext(withByte(25, 0xc0), target)).toBeDefined();
    expect(target).toMatchObject({ flags: 1, samplingKnown: true, debug: true });
    expect(parseBinaryContext(withByte(25, 0x81), target)).toBeDefined();
    expect(target).toMatchObject({ flags: 0, samplingKnown: false, debug: false });
  });

  it('takes the last of a repeated key', () => {
    const repeated = [
      ...formatBinaryContext({ ...context, traceState: '' }, {}).subarray(0, 28),
      2,
      0,
      1,
      97,
      0,
      1,
      49,
      0,
      1,
      97,
      0,
      1,
      50,
    ];
    expect(parseBinaryContext(Uint8Array.from(repeated), usedContext())).toEqual({ a: '2' });
  });

  it('replaces half of a surrogate pair', () => {
    expect(parseBinaryContext(formatBinaryContext(context, { k: 'x\ud83dy' }), usedContext())).toEqual({
      k: 'x\ufffdy',
    });
  });
});

describe('limits', () => {
  const items = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));

  it('leave out items beyond 180', () => {
    expect(parseBinaryContext(formatBinaryContext(context, items(180)), usedContext())).toEqual(items(180));
    expect(parseBinaryContext(formatBinaryContext(context, items(181)), usedContext())).toEqual(items(180));
  });

  it('leave out whole an item that would make more than 32,768 bytes, and keep those after it', () => {
    const room = maxBinaryContextLength - 29 - 'ot=th:8'.length - 4 - 'long'.length;
    const exact = formatBinaryContext(context, { long: 'v'.repeat(room) });
    expect(exact).toHaveLength(maxBinaryContextLength);
    expect(parseBinaryContext(exact, usedContext())).toEqual({ long: 'v'.repeat(room) });
    const beyond = formatBinaryContext(context, { long: 'v'.repeat(room + 1), short: 'w' });
    expect(parseBinaryContext(beyond, usedContext())).toEqual({ short: 'w' });
  });

  it.each([
    ['a'.repeat(8192), 8192],
    ['a'.repeat(8193), 0],
    ['a=é', 0],
  ])('keep a tracestate that is short ASCII (%#)', (traceState, kept) => {
    const target = usedContext();
    expect(parseBinaryContext(formatBinaryContext({ ...context, traceState }, {}), target)).toEqual({});
    expect(target.traceState).toHaveLength(kept);
  });
});

describe('bytes that are no context', () => {
  it('are any that were cut, or have more behind them', () => {
    for (let length = 0; length < bytes.length; length++) refused(bytes.subarray(0, length));
    refused(Uint8Array.from([...bytes, 0]));
  });

  it.each([
    ['version 0, which is that of others', withByte(0, 0)],
    ['version 2', withByte(0, 2)],
    ['a trace id of zeros', bytes.slice().fill(0, 1, 17)],
    ['a span id of zeros', bytes.slice().fill(0, 17, 25)],
    ['a tracestate longer than the bytes', withByte(26, 0xff)],
    ['a tracestate with a control character', withByte(28, 0x0a)],
    ['a tracestate beyond ASCII', withByte(28, 0xff)],
    ['one item fewer than there are', withByte(35, 0)],
    ['one item more than there are', withByte(35, 2)],
    ['181 items', Uint8Array.from([...bytes.subarray(0, 35), 181, ...new Uint8Array(181 * 4)])],
    ['a key longer than the bytes', withByte(36, 1)],
    ['broken UTF-8', withByte(41, 0xff)],
    ['a text in UTF-8 that is cut', withByte(42, 0xc3)],
    ['only zeros', new Uint8Array(64)],
    [
      'a context of OpenCensus',
      Uint8Array.from([0, 0, ...new Uint8Array(16).fill(1), 1, ...new Uint8Array(8).fill(2), 2, 1]),
    ],
    ['32,769 bytes', Uint8Array.from([...bytes, ...new Uint8Array(maxBinaryContextLength + 1 - bytes.length)])],
  ])('are refused, the target left alone: %s', (_, given) => {
    refused(given);
  });

  it('never make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (given, isOfVersion1) => {
        if (isOfVersion1) given[0] = 1;
        const target = usedContext();
        if (parseBinaryContext(given, target) === undefined) expect(target).toEqual(usedContext());
      }),
      { numRuns: 1000 },
    );
  });

  function refused(given: Uint8Array): void {
    const target = usedContext();
    expect(parseBinaryContext(given, target)).toBeUndefined();
    expect(target).toEqual(usedContext());
  }
});

/** The context with one byte changed. */
function withByte(offset: number, byte: number): Uint8Array {
  const changed = bytes.slice();
  changed[offset] = byte;
  return changed;
}
