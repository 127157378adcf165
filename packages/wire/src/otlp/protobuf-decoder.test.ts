import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { spans } from '../fixtures/arbitraries.ts';
import { spanIdHex, traceIdHex } from '../ids.ts';
import { WireFormatError } from '../wire-format-error.ts';
import { requestType } from './fixtures/trace-proto.ts';
import { decodeOtlpProtobuf } from './protobuf-decoder.ts';
import { OtlpProtobufEncoder } from './protobuf-encoder.ts';
import { scanOtlpProtobuf } from './protobuf-scanner.ts';

const traceId = Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex');
const spanId = Buffer.from('b7ad6b7169203331', 'hex');

/** A body as protobufjs writes it. */
function body(request: object): Uint8Array {
  return requestType.encode(requestType.fromObject(request)).finish();
}

function bodyOfSpan(span: object): Uint8Array {
  return body({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId, ...span }] }] }] });
}

/** One length-delimited field. */
function field(number: number, ...content: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const inner = Buffer.concat(content.map((part) => Buffer.from(part)));
  return Buffer.concat([varint((number << 3) | 2), varint(inner.length), inner]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}

const ids = Buffer.concat([field(1, traceId), field(2, spanId)]);
const inSpan = (...content: (Uint8Array | readonly number[])[]): Uint8Array =>
  field(1, field(2, field(2, ids, ...content)));

describe('decodeOtlpProtobuf', () => {
  it('reads what another implementation writes', () => {
    const {
      spans: records,
      rejected,
      reasons,
    } = decodeOtlpProtobuf(
      body({
        resourceSpans: [
          {
            resource: {
              attributes: [
                { key: 'host.name', value: { stringValue: 'h' } },
                { key: 'service.name', value: { stringValue: 'shop' } },
              ],
              droppedAttributesCount: 1,
            },
            schemaUrl: 'r',
            scopeSpans: [
              {
                scope: { name: 'lib', version: '1', attributes: [{ key: 'a', value: { boolValue: true } }] },
                schemaUrl: 's',
                spans: [
                  {
                    traceId,
                    spanId,
                    parentSpanId: Buffer.from('00000000000000ff', 'hex'),
                    traceState: 'ot=th:8',
                    name: 'GET /',
                    kind: 2,
                    startTimeUnixNano: '1544712660000000001',
                    endTimeUnixNano: '1544712661000000000',
                    attributes: [
                      { key: 'text', value: { stringValue: 'é語😀' } },
                      { key: 'int', value: { intValue: -5 } },
                      { key: 'big', value: { intValue: '-9223372036854775808' } },
                      { key: 'safe', value: { intValue: '-9007199254740991' } },
                      { key: 'beyond', value: { intValue: '-9007199254740992' } },
                      { key: 'double', value: { doubleValue: 0.25 } },
                      { key: 'bytes', value: { bytesValue: Buffer.from([1, 2]) } },
                      { key: 'empty' },
                      { key: 'list', value: { arrayValue: { values: [{ intValue: 1 }, { stringValue: 'x' }, {}] } } },
                      {
                        key: 'map',
                        value: { kvlistValue: { values: [{ key: '__proto__', value: { intValue: 1 } }] } },
                      },
                    ],
                    droppedAttributesCount: 2,
                    events: [{ timeUnixNano: '1544712660000000999', name: 'e', droppedAttributesCount: 3 }],
                    droppedEventsCount: 4,
                    links: [{ traceId, spanId, traceState: 'x=y', flags: 0x301, droppedAttributesCount: 5 }],
                    droppedLinksCount: 6,
                    status: { code: 2, message: 'no' },
                    flags: 0x101,
                  },
                ],
              },
            ],
          },
        ],
      }),
    );
    expect([rejected, reasons]).toEqual([0, []]);
    const [record] = records;
    expect(traceIdHex(record!)).toBe(traceId.toString('hex'));
    expect(spanIdHex(record!)).toBe(spanId.toString('hex'));
    expect(record).toMatchObject({
      parentId0: 0,
      parentId1: 255,
      traceState: 'ot=th:8',
      name: 'GET /',
      kind: 2,
      startMicros: 1_544_712_660_000_000,
      startNanos: 1,
      durationNanos: 999_999_999,
      droppedAttributesCount: 2,
      events: [
        { timeMicros: 1_544_712_660_000_000, timeNanos: 999, name: 'e', attributes: [], droppedAttributesCount: 3 },
      ],
      droppedEventsCount: 4,
      links: [{ traceState: 'x=y', flags: 0x301, droppedAttributesCount: 5 }],
      droppedLinksCount: 6,
      status: 2,
      statusMessage: 'no',
      flags: 0x101,
      resource: { serviceName: 'shop', attributes: ['host.name', 'h'], droppedAttributesCount: 1, schemaUrl: 'r' },
      scope: { name: 'lib', version: '1', attributes: ['a', true], droppedAttributesCount: 0, schemaUrl: 's' },
    });
    expect(record!.attributes).toEqual([
      'text',
      'é語😀',
      'int',
      -5,
      'big',
      -(2n ** 63n),
      'safe',
      Number.MIN_SAFE_INTEGER,
      'beyond',
      -(2n ** 53n),
      'double',
      0.25,
      'bytes',
      new Uint8Array([1, 2]),
      'empty',
      null,
      'list',
      [1, 'x', null],
      'map',
      JSON.parse('{"__proto__":1}'),
    ]);
    expect(Object.getPrototypeOf(record!.attributes.at(-1))).toBe(Object.prototype);
  });

  it('reads fields in any order: resource and scope after their spans', () => {
    const resource = field(1, field(1, field(1, Buffer.from('service.name')), field(2, field(1, Buffer.from('late')))));
    const scope = field(1, field(1, Buffer.from('lib')));
    const { spans: records } = decodeOtlpProtobuf(field(1, field(2, field(2, ids), scope), resource));
    expect(records[0]).toMatchObject({ resource: { serviceName: 'late' }, scope: { name: 'lib' } });
  });

  it('shares resource and scope objects among spans', () => {
    const span = { traceId, spanId };
    const { spans: records } = decodeOtlpProtobuf(
      body({ resourceSpans: [{ scopeSpans: [{ spans: [span, span] }, { spans: [span] }] }] }),
    );
    expect(records[1]!.scope).toBe(records[0]!.scope);
    expect(records[2]!.resource).toBe(records[0]!.resource);
  });

  describe('gives one object for a resource or scope that comes again', () => {
    const bodyOf = (serviceName: string, more: object = {}): Uint8Array =>
      body({
        resourceSpans: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: serviceName } }] },
            scopeSpans: [{ scope: { name: 'lib' }, spans: [{ traceId, spanId }] }],
            ...more,
          },
        ],
      });
    const read = (bytes: Uint8Array) => decodeOtlpProtobuf(bytes).spans[0]!;

    it('in another body', () => {
      const first = read(bodyOf('again'));
      const second = read(bodyOf('again'));
      expect(second.resource).toBe(first.resource);
      expect(second.scope).toBe(first.scope);
    });

    it('but not when a byte of it differs, or only the schema', () => {
      expect(read(bodyOf('agaim')).resource.serviceName).toBe('agaim');
      expect(read(bodyOf('again', { schemaUrl: 'https://schema.example/1' })).resource).toMatchObject({
        serviceName: 'again',
        schemaUrl: 'https://schema.example/1',
      });
      expect(read(bodyOf('again')).resource.schemaUrl).toBe('');
    });

    it('and reads each of many', () => {
      const names = Array.from({ length: 2000 }, (_, index) => `service ${index}`);
      for (const name of [...names, ...names]) expect(read(bodyOf(name)).resource.serviceName).toBe(name);
    });

    it('and reads one that is larger than what is kept', () => {
      for (const length of [4000, 4200, 4000, 4200]) {
        expect(read(bodyOf('x'.repeat(length))).resource.serviceName).toHaveLength(length);
      }
    });

    it('and reads one of many schemas', () => {
      for (let schema = 0; schema < 20; schema++) {
        const schemaUrl = `https://schema.example/${schema % 10}`;
        expect(read(bodyOf('schemas', { schemaUrl })).resource.schemaUrl).toBe(schemaUrl);
      }
    });

    it('and refuses a damaged one each time', () => {
      const damaged = field(1, field(1, Buffer.from([0x0a, 5, 0])), field(2, field(2, ids)));
      for (let turn = 0; turn < 2; turn++) expect(() => decodeOtlpProtobuf(damaged)).toThrow('a field claims 5 bytes');
    });
  });

  it('holds nothing of the body', () => {
    const bytes = bodyOfSpan({ name: 'n'.repeat(100), attributes: [{ key: 'b', value: { bytesValue: [1, 2] } }] });
    const [record] = decodeOtlpProtobuf(bytes).spans;
    bytes.fill(0);
    expect(record).toMatchObject({ name: 'n'.repeat(100), attributes: ['b', new Uint8Array([1, 2])] });
  });

  it.each([
    ['an empty body', []],
    ['an empty resource group', [0x0a, 0]],
    ['an empty scope group', [0x0a, 2, 0x12, 0]],
  ])('finds no span in %s', (_, bytes) => {
    expect(decodeOtlpProtobuf(Uint8Array.from(bytes))).toEqual({ spans: [], rejected: 0, reasons: [] });
  });

  it('reads a kind or status code that it does not know as unspecified', () => {
    expect(decodeOtlpProtobuf(bodyOfSpan({ kind: 6, status: { code: 3 } })).spans[0]).toMatchObject({
      kind: 0,
      status: 0,
    });
    expect(decodeOtlpProtobuf(bodyOfSpan({ kind: -1, status: { code: -1 } })).spans[0]).toMatchObject({
      kind: 0,
      status: 0,
    });
  });

  it('reads broken UTF-8 as U+FFFD', () => {
    expect(decodeOtlpProtobuf(inSpan(field(5, [0x61, 0xff, 0x62]))).spans[0]!.name).toBe('a\ufffdb');
  });

  it.each([
    ['an unknown varint', [0x98, 0x06, 0x96, 0x01]],
    ['an unknown fixed64', [0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['an unknown fixed32', [0x9d, 0x06, 1, 2, 3, 4]],
    ['an unknown message', [0x9a, 0x06, 2, 0xff, 0xff]],
    ['an unknown group', [0x9b, 0x06, 0x08, 1, 0x13, 0x14, 0x9c, 0x06]],
    ['a name that is a varint', [0x28, 1]],
    ['a kind that is a string', [0x32, 2, 0x61, 0x61]],
    ['a start that is a varint', [0x38, 1]],
    ['a trace id that is a varint', [0x08, 1]],
    ['an overlong tag of five bytes', [0x98, 0x86, 0x80, 0x80, 0x00, 1]],
  ])('passes over %s', (_, bytes) => {
    const { spans: records } = decodeOtlpProtobuf(inSpan(bytes, field(5, Buffer.from('name'))));
    expect(records.map(({ name }) => name)).toEqual(['name']);
    expect(scanOtlpProtobuf(inSpan(bytes))).toEqual({ spanCount: 1, rejected: 0 });
  });

  it.each([
    ['text', Buffer.from('hello, world'), 'a group ends that did not begin'],
    ['JSON', Buffer.from('{"resourceSpans":[]}'), 'claims 114 bytes where 17 are left'],
    ['a tag of field 0', [0x02, 0x00], 'field number 0'],
    ['a length without content', [0x0a, 1], 'claims 1 bytes where 0 are left'],
    ['a length that is cut off', [0x0a], 'cut off'],
    ['a length of 2^32 - 1', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], 'claims 4294967295 bytes'],
    ['a length of 2^64 - 1', [0x0a, ...Array(9).fill(0xff), 0x01], 'claims Infinity bytes'],
    ['a varint of 65 bits', [0x08, ...Array(9).fill(0xff), 0x02], 'more than 64 bits'],
    ['a varint of eleven bytes', [0x08, ...Array(10).fill(0x80), 0x00], 'more than 64 bits'],
    ['a varint without end', [0x08, 0x80, 0x80], 'cut off'],
    ['an inner length beyond the outer', [0x0a, 2, 0x12, 5, 0, 0, 0, 0, 0], 'claims 5 bytes where 0 are left'],
    ['a varint beyond its message', inSpan([0x30, 0x80]), 'cut off'],
    ['a time beyond its message', inSpan([0x39, 1, 2, 3]), 'cut off'],
    ['flags beyond their message', inSpan([0x85, 0x01, 1, 2, 3]), 'cut off'],
    ['a double beyond its message', inSpan(field(9, field(2, [0x21, 0, 0]))), 'cut off'],
    ['wire type 6', [0x0e], 'wire type 6'],
    ['wire type 7', [0x0f], 'wire type 7'],
    ['a group that ends without beginning', [0x0c], 'a group ends that did not begin'],
    ['a group that ends as another', [0x9b, 0x06, 0x0c], 'another number'],
    ['a group without end', [0x9b, 0x06], 'cut off'],
    ['65 groups in each other', [...Array(65).fill(0x0b), ...Array(65).fill(0x0c)], 'too deeply'],
  ])('refuses %s', (_, bytes, message) => {
    const data = Uint8Array.from(bytes);
    expect(() => decodeOtlpProtobuf(data)).toThrow(WireFormatError);
    expect(() => decodeOtlpProtobuf(data)).toThrow(message);
    expect(() => scanOtlpProtobuf(data)).toThrow(message);
  });

  it('takes 64 groups in each other', () => {
    const data = Uint8Array.from([...Array(64).fill(0x0b), ...Array(64).fill(0x0c)]);
    expect(decodeOtlpProtobuf(data).spans).toEqual([]);
  });

  it.each([
    ['lists', 5],
    ['maps', 6],
  ])('takes %s down to level 64 and refuses level 65', (_, number) => {
    const nested = (levels: number): Uint8Array => {
      let value = field(1, Buffer.from('bottom'));
      for (let level = 1; level < levels; level++) {
        value = number === 5 ? field(5, field(1, value)) : field(6, field(1, field(2, value)));
      }
      return inSpan(field(9, field(1, Buffer.from('key')), field(2, value)));
    };
    expect(decodeOtlpProtobuf(nested(64)).spans.length).toBe(1);
    expect(scanOtlpProtobuf(nested(64)).spanCount).toBe(1);
    expect(() => decodeOtlpProtobuf(nested(65))).toThrow('nested too deeply');
    expect(() => scanOtlpProtobuf(nested(65))).toThrow('nested too deeply');
  });

  it('does not exhaust the stack however deep a body nests', () => {
    const deep = Buffer.alloc(1_000_000, 0x0b);
    expect(() => decodeOtlpProtobuf(deep)).toThrow(WireFormatError);
  });
});

describe('spans that no record can hold', () => {
  it.each([
    ['no trace id', { traceId: [] }, 'it has no trace id'],
    ['a trace id of 15 bytes', { traceId: traceId.subarray(1) }, 'its trace id has 15 bytes instead of 16'],
    ['a trace id of zeros', { traceId: Buffer.alloc(16) }, 'its trace id is zero'],
    ['no span id', { spanId: [] }, 'it has no span id'],
    ['a span id of 9 bytes', { spanId: Buffer.alloc(9, 1) }, 'its span id has 9 bytes instead of 8'],
    ['a span id of zeros', { spanId: Buffer.alloc(8) }, 'its span id is zero'],
    ['a parent id of 7 bytes', { parentSpanId: Buffer.alloc(7, 1) }, 'its parent span id has 7 bytes instead of 8'],
    ['a start of 2^53 µs', { startTimeUnixNano: '9007199254740992000' }, 'a time is later than 2^53 microseconds'],
    ['an end of 2^64 - 1 ns', { endTimeUnixNano: '18446744073709551615' }, 'a time is later'],
    ['an event of 2^53 µs', { events: [{ timeUnixNano: '9007199254740992000' }] }, 'a time is later'],
  ])('rejects the one with %s and keeps the others', (_, span, reason) => {
    const good = { traceId, spanId, name: 'good' };
    const bytes = body({
      resourceSpans: [{ scopeSpans: [{ spans: [good, { ...good, name: 'bad', ...span }, good] }] }],
    });
    const decoded = decodeOtlpProtobuf(bytes);
    expect(decoded.spans.map(({ name }) => name)).toEqual(['good', 'good']);
    expect(decoded.rejected).toBe(1);
    expect(decoded.reasons[0]).toContain(`span "bad": ${reason}`);
    expect(scanOtlpProtobuf(bytes)).toEqual({ spanCount: 2, rejected: 1 });
  });

  it.each([
    ['a trace id whose high half is zero', { traceId: Buffer.from('00000000000000000000000000000001', 'hex') }],
    ['the last nanosecond before 2^53 µs', { startTimeUnixNano: '9007199254740991999' }],
    ['no times', {}],
    ['a parent id of zeros', { parentSpanId: Buffer.alloc(8) }],
  ])('keeps the one with %s', (_, span) => {
    expect(decodeOtlpProtobuf(bodyOfSpan(span)).rejected).toBe(0);
  });

  it('gives ten reasons at most', () => {
    const span = { spanId };
    const { rejected, reasons } = decodeOtlpProtobuf(
      body({ resourceSpans: [{ scopeSpans: [{ spans: Array.from({ length: 25 }, () => span) }] }] }),
    );
    expect([rejected, reasons.length]).toEqual([25, 10]);
  });

  it('leaves out links with ids of a wrong length, counts them, and keeps links to nowhere', () => {
    const link = { traceId, spanId };
    const links = [link, { ...link, traceId: [1] }, { ...link, spanId: [1] }, {}];
    expect(decodeOtlpProtobuf(bodyOfSpan({ links, droppedLinksCount: 1 })).spans[0]).toMatchObject({
      links: [{ traceId3: 0x1c80319c }, { traceId3: 0 }],
      droppedLinksCount: 3,
    });
  });
});

describe('scanOtlpProtobuf', () => {
  const bodies = spans.map((records) => {
    const encoder = new OtlpProtobufEncoder();
    for (const record of records) encoder.add(record);
    return encoder.take();
  });

  /** Bytes changed, inserted and cut, near to the ones that matter. */
  const mutations = fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      byte: fc.integer({ min: 0, max: 255 }),
      cut: fc.nat(20),
    }),
    { maxLength: 4 },
  );

  function mutate(bytes: Uint8Array, changes: readonly { at: number; byte: number; cut: number }[]): Uint8Array {
    let result = Buffer.from(bytes);
    for (const { at, byte, cut } of changes) {
      const offset = Math.floor(at * result.length);
      if (cut > 16) result = result.subarray(0, offset);
      else if (cut > 13)
        result = Buffer.concat([result.subarray(0, offset), Buffer.from([byte]), result.subarray(offset)]);
      else if (cut > 10) result = Buffer.concat([result.subarray(0, offset), result.subarray(offset + 1)]);
      else if (result.length > 0) result[Math.min(offset, result.length - 1)] = byte;
    }
    return result;
  }

  function outcome(read: () => { kept: number; rejected: number }): object | string {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof WireFormatError)) throw error;
      return error.message;
    }
  }

  it('accepts, counts and refuses exactly as the decoder does', () => {
    // Mutating is cheap and making spans is not, so some bodies serve many mutations.
    const samples = fc.sample(bodies, 40);
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...samples), mutations, (bytes, changes) => {
        const mutated = mutate(bytes, changes);
        const decoded = outcome(() => {
          const { spans: kept, rejected } = decodeOtlpProtobuf(mutated);
          return { kept: kept.length, rejected };
        });
        const scanned = outcome(() => {
          const { spanCount, rejected } = scanOtlpProtobuf(mutated);
          return { kept: spanCount, rejected };
        });
        if (typeof decoded === 'string') refused++;
        // Of two damages in one body the decoder may meet the later one first: it reads a resource before its spans.
        if (typeof decoded === 'string') expect(scanned).toEqual(expect.any(String));
        else expect(scanned).toEqual(decoded);
      }),
      { numRuns: 2000 },
    );
    expect(refused, 'the mutations break some bodies').toBeGreaterThan(50);
  });

  it('agrees on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const decoded = outcome(() => ({ kept: decodeOtlpProtobuf(bytes).spans.length, rejected: 0 }));
        const scanned = outcome(() => ({ kept: scanOtlpProtobuf(bytes).spanCount, rejected: 0 }));
        if (typeof decoded === 'string') expect(scanned).toEqual(expect.any(String));
        else expect(scanned).toEqual(decoded);
      }),
      { numRuns: 1000 },
    );
  });
});
