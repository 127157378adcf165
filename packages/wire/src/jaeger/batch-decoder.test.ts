import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { DecodedSpans } from '../decoded-spans.ts';
import type { AttributeValue, SpanRecord } from '../span-record.ts';
import { WireFormatError } from '../wire-format-error.ts';
import { decodeJaegerBinary, decodeJaegerCompact } from './batch-decoder.ts';
import { emittedBatch } from './emitted-batch.ts';
import { jaegerSpan, thriftBatch, thriftMessage } from './fixtures/thrift-batch.ts';
import type { JaegerBatch, JaegerSpan, JaegerTag } from './fixtures/thrift-batch.ts';

const decoders = { binary: decodeJaegerBinary, compact: decodeJaegerCompact } as const;
const protocols = ['binary', 'compact'] as const;
const process = { serviceName: 'shop' };

/** Decodes a batch from both protocols, which must tell the same. */
function decode(batch: JaegerBatch): DecodedSpans {
  const [binary, compact] = protocols.map((protocol) => decoders[protocol](thriftBatch(batch, protocol)));
  expect(compact, 'both protocols tell the same').toEqual(binary);
  return binary!;
}

function record(parts: Partial<JaegerSpan>): SpanRecord {
  const { spans, reasons } = decode({ process, spans: [jaegerSpan(parts)] });
  expect(reasons).toEqual([]);
  return spans[0]!;
}

const tag = (key: string, value: JaegerTag['value']): JaegerTag => ({ key, value });
const reference = (refType: number, spanId: bigint, traceIdLow = 0x7_0000_0001n, traceIdHigh = 0n) => ({
  refType,
  spanId,
  traceIdLow,
  traceIdHigh,
});

describe('a batch', () => {
  it('is spans of one process', () => {
    const { spans } = decode({
      process: { serviceName: 'shop', tags: [tag('hostname', 'h'), tag('pid', 7)] },
      spans: [jaegerSpan(), jaegerSpan({ spanId: 2n })],
      seqNo: 5n,
    });
    expect(spans.map(({ spanId1 }) => spanId1)).toEqual([1, 2]);
    expect(spans[0]!.resource).toMatchObject({ serviceName: 'shop', attributes: ['hostname', 'h', 'pid', 7] });
    expect(spans[1]!.resource).toBe(spans[0]!.resource);
  });

  it('names its service once, by a tag where the process has no name', () => {
    const tags = [tag('service.name', 'tagged'), tag('a', 1)];
    const resources = ['named', ''].map((serviceName) => {
      return decode({ process: { serviceName, tags }, spans: [jaegerSpan()] }).spans[0]!.resource;
    });
    expect(resources).toMatchObject([
      { serviceName: 'named', attributes: ['a', 1] },
      { serviceName: 'tagged', attributes: ['a', 1] },
    ]);
  });

  it('may have no spans', () => {
    expect(decode({ process, spans: [] })).toEqual({ spans: [], rejected: 0, reasons: [] });
  });

  it('leaves out spans that cannot be kept, and says why', () => {
    const { spans, rejected, reasons } = decode({
      process,
      spans: [
        jaegerSpan({ traceIdLow: 0n }),
        jaegerSpan({ spanId: 0n }),
        jaegerSpan({ startTime: -1n }),
        jaegerSpan({ startTime: 2n ** 53n }),
        jaegerSpan({ duration: 2n ** 53n }),
        jaegerSpan({ logs: [{ timestamp: -1n, fields: [] }] }),
        jaegerSpan({ startTime: 2n ** 53n - 1n }),
      ],
    });
    expect([spans.length, rejected]).toEqual([1, 6]);
    expect(spans[0]!.startMicros).toBe(Number.MAX_SAFE_INTEGER);
    expect(reasons).toEqual([
      'span [0]: its trace id is zero',
      'span [1]: its id is zero',
      ...[2, 3, 4, 5].map((at) => `span [${at}]: a time is negative or beyond 2^53 microseconds`),
    ]);
  });
});

describe('ids', () => {
  it('are of 128 and of 64 bits', () => {
    const ids = {
      traceIdHigh: 0x8000_0001_0000_0002n,
      traceIdLow: 0xffff_ffff_0000_0004n,
      spanId: 0xf000_0005_0000_0006n,
    };
    expect(record({ ...ids, parentSpanId: 0x7_0000_0008n })).toMatchObject({
      traceId0: 0x8000_0001 | 0,
      traceId1: 2,
      traceId2: -1,
      traceId3: 4,
      spanId0: 0xf000_0005 | 0,
      spanId1: 6,
      parentId0: 7,
      parentId1: 8,
    });
    expect(record({})).toMatchObject({ traceId0: 0, traceId1: 0, traceId2: 7, traceId3: 1 });
  });
});

describe('times', () => {
  it('are microseconds', () => {
    expect(record({})).toMatchObject({ startMicros: 1.7e15, startNanos: 0, durationNanos: 5_000_000 });
    expect(record({ duration: 0n }).durationNanos).toBe(0);
    expect(record({ duration: -3n }).durationNanos).toBe(-3000);
  });
});

describe('flags', () => {
  it.each([
    [0, 0, false],
    [1, 1, false],
    [2, 0, true],
    [3, 1, true],
    [9, 1, false],
  ])('%i are flags %i, debug %j', (flags, expected, debug) => {
    expect(record({ flags })).toMatchObject({ flags: expected, debug });
  });
});

describe('references', () => {
  const link = (spanId1: number, type: string, trace: Partial<SpanRecord> = { traceId2: 7, traceId3: 1 }) =>
    expect.objectContaining({ spanId0: 0, spanId1, ...trace, attributes: ['opentracing.ref_type', type] }) as unknown;

  it.each([
    ['the parent that the span says', 5n, [], 5, []],
    ['the parent, said twice', 5n, [reference(0, 5n)], 5, []],
    ['child_of alone', 0n, [reference(0, 5n)], 5, []],
    [
      'the first child_of, behind a follows_from',
      0n,
      [reference(1, 4n), reference(0, 5n)],
      5,
      [link(4, 'follows_from')],
    ],
    ['follows_from alone', 0n, [reference(1, 4n)], 4, [link(4, 'follows_from')]],
    ['follows_from of the parent', 4n, [reference(1, 4n)], 4, [link(4, 'follows_from')]],
    ['a second child_of', 5n, [reference(0, 5n), reference(0, 6n)], 5, [link(6, 'child_of')]],
    ['the parent beside others', 5n, [reference(0, 6n)], 5, [link(6, 'child_of')]],
    ['another trace', 0n, [reference(0, 5n, 9n)], 0, [link(5, 'child_of', { traceId2: 0, traceId3: 9 })]],
    [
      'another trace’s upper half',
      0n,
      [reference(0, 5n, 0x7_0000_0001n, 1n)],
      0,
      [link(5, 'child_of', { traceId1: 1 })],
    ],
    ['the span itself', 1n, [], 0, []],
  ] as const)('%s', (_, parentSpanId, references, parentId1, links) => {
    expect(record({ parentSpanId, references })).toMatchObject({
      parentId0: 0,
      parentId1,
      links,
      droppedLinksCount: 0,
    });
  });

  it('of an unknown type are links that say none, and those to nothing are counted', () => {
    const references = [reference(7, 4n), reference(0, 0n), reference(0, 5n, 0n)];
    expect(record({ parentSpanId: 5n, references })).toMatchObject({
      links: [{ spanId1: 4, attributes: [] }],
      droppedLinksCount: 2,
    });
  });
});

describe('tags', () => {
  it('keep their type', () => {
    const tags = [
      tag('text', 'tëxt'),
      tag('double', 0.5),
      tag('whole', { double: 3 }),
      tag('yes', true),
      tag('no', false),
      tag('long', -7),
      tag('large', 2n ** 63n - 1n),
      tag('small', -(2n ** 63n)),
      tag('safe', 2n ** 53n - 1n),
      tag('bytes', new Uint8Array([0, 255])),
      tag('', ''),
    ];
    const { attributes } = record({ tags });
    expect(attributes).toEqual([
      'text',
      'tëxt',
      'double',
      0.5,
      'whole',
      3,
      'yes',
      true,
      'no',
      false,
      'long',
      -7,
      'large',
      2n ** 63n - 1n,
      'small',
      -(2n ** 63n),
      'safe',
      Number.MAX_SAFE_INTEGER,
      'bytes',
      new Uint8Array([0, 255]),
      '',
      '',
    ]);
  });

  it.each([3, 16, 17, 40])('set again among %i have the last value at the first place', (count) => {
    const many = Array.from({ length: count - 1 }, (_, at) => tag(`k${at}`, at));
    const { attributes } = record({ tags: [...many, tag('k0', 'again')] });
    expect(attributes.slice(0, 4)).toEqual(['k0', 'again', 'k1', 1]);
    expect(attributes).toHaveLength(2 * (count - 1));
  });

  it.each([
    ['server', 2],
    ['client', 3],
    ['producer', 4],
    ['consumer', 5],
    ['internal', 1],
  ])('span.kind %s is kind %i', (name, kind) => {
    expect(record({ tags: [tag('span.kind', name)] })).toMatchObject({ kind, attributes: [] });
  });

  it.each([
    ['span.kind', 'queue'],
    ['span.kind', 3],
    ['error', 1],
    ['otel.status_code', 'ok'],
    ['otel.scope.name', ''],
    ['w3c.tracestate', 7],
    ['zipkin.shared', false],
    ['spanwise.unfinished', 'yes'],
    ['otel.dropped_links_count', 0],
    ['otel.dropped_links_count', 2 ** 32],
    ['otel.dropped_links_count', '1.5'],
  ] as const)('%s of %j stays as it is', (key, value) => {
    expect(record({ tags: [tag(key, value)] })).toMatchObject({ kind: 0, status: 0, attributes: [key, value] });
  });

  it.each([
    [[tag('error', true)], 2, ''],
    [[tag('error', 'true')], 2, ''],
    [[tag('error', 'boom')], 2, 'boom'],
    [[tag('error', false)], 0, ''],
    [[tag('error', 'false')], 0, ''],
    [[tag('otel.status_code', 'OK')], 1, ''],
    [[tag('otel.status_code', 'ERROR'), tag('error', true), tag('otel.status_description', 'no')], 2, 'no'],
    [[tag('error', 'boom'), tag('otel.status_description', 'no')], 2, 'no'],
    [[tag('otel.status_description', 'fine')], 0, 'fine'],
  ])('%j are status %i with message %j', (tags, status, statusMessage) => {
    expect(record({ tags })).toMatchObject({ status, statusMessage, attributes: [] });
  });

  it('that records have fields for are those fields', () => {
    const tags = [
      tag('otel.scope.name', 'lib'),
      tag('otel.scope.version', '2'),
      tag('w3c.tracestate', 'a=b'),
      tag('zipkin.shared', true),
      tag('otel.dropped_attributes_count', 1),
      tag('otel.dropped_events_count', '2'),
      tag('otel.dropped_links_count', 2 ** 32 - 1),
    ];
    expect(record({ tags })).toMatchObject({
      scope: { name: 'lib', version: '2' },
      traceState: 'a=b',
      shared: true,
      droppedAttributesCount: 1,
      droppedEventsCount: 2,
      droppedLinksCount: 2 ** 32 - 1,
      attributes: [],
    });
  });

  it('say that a span has not finished', () => {
    expect(record({ tags: [tag('spanwise.unfinished', true)] })).toMatchObject({
      unfinished: true,
      durationNanos: undefined,
    });
  });

  it('of the other side are its endpoint and stay', () => {
    const tags = [tag('peer.service', 'db'), tag('peer.ipv4', 0x7f00_0001), tag('peer.port', 5432)];
    const { attributes, remoteEndpoint } = record({ tags });
    expect(remoteEndpoint).toEqual({ serviceName: 'db', ipv4: '127.0.0.1', port: 5432 });
    expect(attributes).toHaveLength(6);
  });
});

describe('logs', () => {
  const timestamp = 1_700_000_000_000_001n;

  it.each([
    [[tag('event', 'x')], 'x', []],
    [[tag('event', 'x'), tag('n', 1)], 'x', ['n', 1]],
    [[tag('n', 1)], 'log', ['n', 1]],
    [[tag('event', 7)], 'log', ['event', 7]],
    [[], 'log', []],
    [[tag('event', 'error')], 'error', []],
    [[tag('event', 'error'), tag('note', 'x')], 'error', ['note', 'x']],
    [
      [
        tag('event', 'error'),
        tag('error.kind', 'TypeError'),
        tag('message', 'boom'),
        tag('stack', 'at x'),
        tag('n', 1),
      ],
      'exception',
      ['exception.type', 'TypeError', 'exception.message', 'boom', 'exception.stacktrace', 'at x', 'n', 1],
    ],
    [[tag('event', 'error'), tag('error.object', 'Error: no')], 'exception', ['exception.message', 'Error: no']],
    [
      [tag('event', 'error'), tag('error.object', 'o'), tag('message', 'm')],
      'exception',
      ['error.object', 'o', 'exception.message', 'm'],
    ],
    [[tag('event', 'exception'), tag('exception.type', 'E')], 'exception', ['exception.type', 'E']],
  ] as [JaegerTag[], string, AttributeValue[]][])('%j are event %s with %j', (fields, name, attributes) => {
    expect(record({ logs: [{ timestamp, fields }] }).events).toEqual([
      { timeMicros: Number(timestamp), timeNanos: 0, name, attributes, droppedAttributesCount: 0 },
    ]);
  });

  it('without a time are left out and counted', () => {
    const logs = [
      { timestamp: 0n, fields: [] },
      { timestamp, fields: [] },
    ];
    expect(record({ logs, tags: [tag('otel.dropped_events_count', 3)] })).toMatchObject({
      events: [{ name: 'log' }],
      droppedEventsCount: 4,
    });
  });
});

const word64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const someId = word64.filter((id) => id !== 0n);
const text = fc.string({ unit: 'binary', maxLength: 20 });
const tagArbitrary = fc.record({
  key: text,
  value: fc.oneof(
    text,
    fc.boolean(),
    word64,
    // npm `thrift`, which writes them, loses the sign of a zero.
    fc.double().map((double) => ({ double: double === 0 ? 0 : double })),
    fc.uint8Array({ maxLength: 10 }).map((bytes) => new Uint8Array(bytes)),
  ),
});
const tags = fc.array(tagArbitrary, { maxLength: 20 });
const time = fc.bigInt({ min: 1n, max: 2n ** 53n - 1n });
const spanArbitrary = fc.record(
  {
    traceIdLow: someId,
    traceIdHigh: word64,
    spanId: someId,
    parentSpanId: word64,
    operationName: text,
    references: fc.array(
      fc.record({ refType: fc.nat({ max: 2 }), traceIdLow: word64, traceIdHigh: word64, spanId: word64 }),
      { maxLength: 3 },
    ),
    flags: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    startTime: time,
    duration: time,
    tags,
    logs: fc.array(fc.record({ timestamp: time, fields: tags }), { maxLength: 3 }),
  },
  {
    requiredKeys: [
      'traceIdLow',
      'traceIdHigh',
      'spanId',
      'parentSpanId',
      'operationName',
      'flags',
      'startTime',
      'duration',
    ],
  },
);
const batches: fc.Arbitrary<JaegerBatch> = fc.record(
  {
    process: fc.record({ serviceName: text, tags }, { requiredKeys: ['serviceName'] }),
    spans: fc.array(spanArbitrary, { maxLength: 20 }),
    seqNo: word64,
  },
  { requiredKeys: ['process', 'spans'] },
);

/** A value as records have it. */
function recordValue(value: JaegerTag['value']): AttributeValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return typeof value === 'object' && 'double' in value ? value.double : value;
}

describe('any batch', () => {
  it('is read alike from both protocols, every span with its ids, name, times and values', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const { spans, rejected } = decode(batch);
        expect([spans.length, rejected]).toEqual([batch.spans.length, 0]);
        for (const [index, sent] of batch.spans.entries()) {
          const span = spans[index]!;
          const low = (BigInt(span.traceId2) << 32n) | BigInt(span.traceId3 >>> 0);
          const spanId = (BigInt(span.spanId0) << 32n) | BigInt(span.spanId1 >>> 0);
          expect([low, spanId, span.name]).toEqual([sent.traceIdLow, sent.spanId, sent.operationName]);
          expect(BigInt(span.startMicros)).toBe(sent.startTime);
          const wanted = new Map((sent.tags ?? []).map(({ key, value }) => [key, recordValue(value)]));
          for (let at = 0; at < span.attributes.length; at += 2) {
            expect(span.attributes[at + 1]).toEqual(wanted.get(span.attributes[at] as string));
          }
          expect(span.events).toHaveLength(sent.logs?.length ?? 0);
        }
      }),
    );
  });

  it.each(protocols)('cut off anywhere, or with a byte behind it, is refused (%s)', (protocol) => {
    const bytes = thriftBatch(
      { process, spans: [jaegerSpan({ tags: [tag('a', 1)], references: [reference(0, 5n)] })] },
      protocol,
    );
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decoders[protocol](bytes.subarray(0, length)), String(length)).toThrow(WireFormatError);
    }
    expect(() => decoders[protocol](new Uint8Array([...bytes, 0]))).toThrow('1 bytes follow the batch');
  });

  it.each(protocols)('that is damaged is read or refused, as a message too (%s)', (protocol) => {
    const damaged = fc.tuple(
      batches,
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 }),
    );
    fc.assert(
      fc.property(damaged, fc.boolean(), ([batch, damages], isMessage) => {
        const bytes = (isMessage ? thriftMessage : thriftBatch)(batch, protocol);
        for (const [at, byte] of damages) bytes[at % bytes.length] = byte;
        try {
          decoders[protocol](isMessage ? emittedBatch(bytes, protocol) : bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(WireFormatError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('hostile bytes', () => {
  it.each(protocols)('of any kind are read or refused (%s)', (protocol) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const read of [decoders[protocol], (input: Uint8Array) => emittedBatch(input, protocol)]) {
          try {
            read(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(WireFormatError);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  const emptyBatch = {
    binary: thriftBatch({ process, spans: [] }, 'binary'),
    compact: thriftBatch({ process, spans: [] }, 'compact'),
  };
  /** An unknown field 9 before the end of a batch. */
  const withField = (protocol: 'binary' | 'compact', field: readonly number[]): Uint8Array =>
    new Uint8Array([...emptyBatch[protocol].subarray(0, -1), ...field, 0]);
  /** A struct in a struct in a struct, so many of them. */
  const nested = {
    binary: (levels: number) => [
      12,
      0,
      9,
      ...Array.from({ length: levels - 1 }, () => [12, 0, 1]).flat(),
      ...Array<number>(levels).fill(0),
    ],
    compact: (levels: number) => [0x7c, ...Array<number>(levels - 1).fill(0x1c), ...Array<number>(levels).fill(0)],
  };

  it.each(protocols)('nest 64 levels and no more (%s)', (protocol) => {
    expect(decoders[protocol](withField(protocol, nested[protocol](64))).spans).toEqual([]);
    expect(() => decoders[protocol](withField(protocol, nested[protocol](65)))).toThrow('nested too deeply');
    expect(() => decoders[protocol](withField(protocol, nested[protocol](1_000_000)))).toThrow('nested too deeply');
  });

  it('claim no more than is there', () => {
    const list = (size: readonly number[]): number[] => [15, 0, 9, 3, ...size];
    expect(decodeJaegerBinary(withField('binary', [...list([0, 0, 0, 2]), 7, 7])).spans).toEqual([]);
    for (const size of [
      [127, 255, 255, 255],
      [255, 255, 255, 255],
      [0, 0, 0, 2],
    ]) {
      expect(() => decodeJaegerBinary(withField('binary', list(size)))).toThrow(
        /a list claims a size of|cut off|is left|are left/,
      );
    }
    expect(() => decodeJaegerCompact(withField('compact', [0x79, 0xf3, 255, 255, 255, 255, 7]))).toThrow(
      'a list claims a size of',
    );
    expect(() => decodeJaegerCompact(withField('compact', [0x78, 255, 255, 255, 255, 255, 1]))).toThrow(
      'a text claims a size of',
    );
    expect(() => decodeJaegerCompact(withField('compact', [0x78, ...Array<number>(11).fill(255)]))).toThrow(
      'more than 64 bits',
    );
  });

  it('have no elements that take no bytes', () => {
    expect(() => decodeJaegerBinary(withField('binary', [15, 0, 9, 0, 0, 0, 0, 1]))).toThrow('type 0');
    expect(() => decodeJaegerBinary(withField('binary', [15, 0, 9, 1, 0, 0, 0, 1, 0]))).toThrow('type 1');
    expect(() => decodeJaegerCompact(withField('compact', [0x79, 0x10, 0]))).toThrow('type 0');
    expect(() => decodeJaegerCompact(withField('compact', [0x79, 0x1e, 0]))).toThrow('type 14');
  });

  it('must be a batch', () => {
    expect(() => decodeJaegerBinary(new Uint8Array([0]))).toThrow('the batch has no process');
    expect(() => decodeJaegerBinary(new Uint8Array([12, 0, 1, 0, 0]))).toThrow('the batch has no spans');
  });
});

it('reads a process that comes behind its spans', () => {
  const bytes = thriftBatch({ process, spans: [jaegerSpan()] }, 'binary');
  // 3 bytes of field, then the struct: name of 4 letters, end.
  const processBytes = bytes.subarray(0, 3 + 3 + 4 + 4 + 1);
  const swapped = new Uint8Array([...bytes.subarray(processBytes.length, -1), ...processBytes, 0]);
  expect(decodeJaegerBinary(swapped)).toEqual(decodeJaegerBinary(bytes));
});

describe('a message', () => {
  it.each(protocols)('emitBatch holds a batch (%s)', (protocol) => {
    const batch = { process, spans: [jaegerSpan()] };
    for (const messageType of [1, 4]) {
      expect(Buffer.from(emittedBatch(thriftMessage(batch, protocol, { messageType }), protocol))).toEqual(
        Buffer.from(thriftBatch(batch, protocol)),
      );
    }
  });

  it.each(protocols)('of another kind, cut off or too long is refused (%s)', (protocol) => {
    const batch = { process, spans: [jaegerSpan()] };
    expect(() => emittedBatch(thriftMessage(batch, protocol, { messageType: 2 }), protocol)).toThrow(
      'type 2 where a call',
    );
    expect(() => emittedBatch(thriftMessage(batch, protocol, { name: 'emitZipkinBatch' }), protocol)).toThrow(
      'method "emitZipkinBatch" where emitBatch was expected',
    );
    const bytes = thriftMessage(batch, protocol);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => emittedBatch(bytes.subarray(0, length), protocol), String(length)).toThrow(WireFormatError);
    }
    expect(() => emittedBatch(new Uint8Array([...bytes, 0]), protocol)).toThrow('1 bytes follow the message');
  });

  it('of the other protocol is refused', () => {
    const batch = { process, spans: [jaegerSpan()] };
    expect(() => emittedBatch(thriftMessage(batch, 'binary'), 'compact')).toThrow('a message that begins with 128');
    expect(() => emittedBatch(thriftMessage(batch, 'compact'), 'binary')).toThrow(WireFormatError);
  });

  it('may be of the older form, which begins with the name', () => {
    const strict = thriftMessage({ process, spans: [jaegerSpan()] }, 'binary');
    const old = new Uint8Array([...strict.subarray(4, 17), 4, ...strict.subarray(17)]);
    expect(emittedBatch(old, 'binary')).toEqual(emittedBatch(strict, 'binary'));
  });
});
