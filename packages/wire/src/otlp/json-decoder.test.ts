import { describe, expect, it } from 'vitest';

import { spanIdHex, traceIdHex } from '../ids.ts';
import type { SpanRecord } from '../span-record.ts';
import { WireFormatError } from '../wire-format-error.ts';
import { decodeOtlpJson } from './json-decoder.ts';

const ids = { traceId: '5B8EFFF798038103D269B633813FC60C', spanId: 'EEE19B7EC3C1B174' };

function decode(body: unknown): ReturnType<typeof decodeOtlpJson> {
  return decodeOtlpJson(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
}

function inGroups(...spans: readonly unknown[]): object {
  return { resourceSpans: [{ scopeSpans: [{ spans }] }] };
}

function record(span: object): SpanRecord {
  const { spans, reasons } = decode(inGroups({ ...ids, ...span }));
  expect(reasons).toEqual([]);
  return spans[0]!;
}

function valueOf(value: unknown): unknown {
  return record({ attributes: [{ key: 'k', value }] }).attributes[1];
}

/** An `AnyValue` whose innermost is at this level. */
function nested(levels: number): object {
  let value: object = { stringValue: 'bottom' };
  for (let level = 1; level < levels; level++) {
    value = level % 2 === 0 ? { arrayValue: { values: [value] } } : { kvlistValue: { values: [{ key: 'k', value }] } };
  }
  return value;
}

describe('decodeOtlpJson', () => {
  it("reads a body as OpenTelemetry's SDKs write it", () => {
    const { spans } = decode({
      resourceSpans: [
        {
          resource: {
            attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }],
            droppedAttributesCount: 1,
          },
          schemaUrl: 'r',
          scopeSpans: [
            {
              scope: { name: 'lib', version: '1', attributes: [{ key: 'a', value: { stringValue: 'b' } }] },
              schemaUrl: 's',
              spans: [
                {
                  ...ids,
                  parentSpanId: 'eee19b7ec3c1b173',
                  traceState: 'ot=th:8',
                  name: 'GET /',
                  kind: 2,
                  startTimeUnixNano: '1544712660000000001',
                  endTimeUnixNano: '1544712661000000000',
                  attributes: [{ key: 'n', value: { intValue: '7' } }],
                  events: [{ timeUnixNano: '1544712660500000999', name: 'e', attributes: [] }],
                  links: [{ ...ids, traceState: 'x=y', flags: 257 }],
                  status: { code: 2, message: 'no' },
                  flags: 257,
                  aFieldOfTomorrow: { deep: [1] },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(traceIdHex(spans[0]!)).toBe('5b8efff798038103d269b633813fc60c');
    expect(spanIdHex(spans[0]!)).toBe('eee19b7ec3c1b174');
    expect(spans[0]).toMatchObject({
      parentId1: 0xc3c1b173 | 0,
      traceState: 'ot=th:8',
      name: 'GET /',
      kind: 2,
      startMicros: 1_544_712_660_000_000,
      startNanos: 1,
      durationNanos: 999_999_999,
      attributes: ['n', 7],
      events: [{ timeMicros: 1_544_712_660_500_000, timeNanos: 999, name: 'e', attributes: [] }],
      links: [{ traceId0: 0x5b8efff7, traceState: 'x=y', flags: 257 }],
      status: 2,
      statusMessage: 'no',
      flags: 257,
      resource: { serviceName: 'shop', attributes: [], droppedAttributesCount: 1, schemaUrl: 'r' },
      scope: { name: 'lib', version: '1', attributes: ['a', 'b'], schemaUrl: 's' },
    });
  });

  it("takes the proto's own field names, enum names, and null for absent", () => {
    const { spans } = decode({
      resource_spans: [
        {
          scope_spans: [
            {
              scope: null,
              spans: [
                {
                  trace_id: ids.traceId,
                  span_id: ids.spanId,
                  parent_span_id: null,
                  name: null,
                  start_time_unix_nano: '1000',
                  kind: 'SPAN_KIND_CONSUMER',
                  status: { code: 'STATUS_CODE_OK' },
                  attributes: [{ key: 'k', value: { string_value: 'v' } }],
                },
              ],
            },
          ],
        },
      ],
    });
    expect(spans[0]).toMatchObject({ startMicros: 1, kind: 5, status: 1, attributes: ['k', 'v'], name: '' });
  });

  it.each([
    ['SPAN_KIND_SERVER', 2],
    ['SPAN_KIND_OF_TOMORROW', 0],
    ['constructor', 0],
    [6, 0],
    [-1, 0],
    ['3', 3],
  ])('reads the kind %j as %i', (kind, expected) => {
    expect(record({ kind }).kind).toBe(expected);
  });

  it.each([
    ['1544712660000000001', 1_544_712_660_000_000, 1],
    [1_544_712_660_000_000_000, 1_544_712_660_000_000, 0],
    [999, 0, 999],
    ['9007199254740991999', Number.MAX_SAFE_INTEGER, 999],
  ])('reads the time %j', (startTimeUnixNano, startMicros, startNanos) => {
    expect(record({ startTimeUnixNano })).toMatchObject({ startMicros, startNanos });
  });

  it.each([
    [{ stringValue: 'é' }, 'é'],
    [{ stringValue: '' }, ''],
    [{ boolValue: false }, false],
    [{ intValue: '-7' }, -7],
    [{ intValue: 7 }, 7],
    [{ intValue: '9007199254740993' }, 9_007_199_254_740_993n],
    [{ intValue: '-9223372036854775808' }, -(2n ** 63n)],
    [{ doubleValue: 0.5 }, 0.5],
    [{ doubleValue: '0.5' }, 0.5],
    [{ doubleValue: 'NaN' }, Number.NaN],
    [{ doubleValue: '-Infinity' }, Number.NEGATIVE_INFINITY],
    [{ bytesValue: 'AQL/' }, new Uint8Array([1, 2, 255])],
    [{ bytesValue: 'AQL_' }, new Uint8Array([1, 2, 255])],
    [{ arrayValue: {} }, []],
    [{ arrayValue: { values: [{ intValue: '1' }, {}] } }, [1, null]],
    [{ kvlistValue: { values: [{ key: '__proto__', value: { intValue: 1 } }] } }, JSON.parse('{"__proto__":1}')],
    [{}, null],
    [undefined, null],
    [{ valueOfTomorrow: 1 }, null],
  ])('reads the value %j', (value, expected) => {
    expect(valueOf(value)).toEqual(expected);
  });

  it('takes values down to level 64 and refuses level 65', () => {
    expect(valueOf(nested(64))).toBeDefined();
    expect(() => valueOf(nested(65))).toThrow('a value of at most 64 levels');
  });

  it('does not exhaust the stack however deep a body nests', () => {
    const depth = 200_000;
    expect(decode(`{"unknown":${'['.repeat(depth)}${']'.repeat(depth)}}`).spans).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['a cut-off body', '{"resourceSpans":['],
    ['protobuf', '\n\u0002\u0012\u0000'],
  ])('refuses %s', (_, body) => {
    expect(() => decode(body)).toThrow(WireFormatError);
    expect(() => decode(body)).toThrow('not an OTLP JSON body: ');
  });

  it.each([
    ['[]', 'expected an object with resourceSpans, not a list'],
    ['null', 'expected an object with resourceSpans, not null'],
    ['{"resourceSpans":{}}', 'resourceSpans must be a list, not an object'],
    ['{"resourceSpans":[1]}', 'resourceSpans[0] must be an object, not 1'],
    [
      '{"resourceSpans":[{"scopeSpans":[{"spans":"x"}]}]}',
      'resourceSpans[0].scopeSpans[0].spans must be a list, not "x"',
    ],
  ])('refuses %s', (body, message) => {
    expect(() => decode(body)).toThrow(WireFormatError);
    expect(() => decode(body)).toThrow(message);
  });

  it.each([
    [
      { traceId: 'W47/95gDgQPSabYzgT/GDA==' },
      "traceId must be 32 hex digits (OTLP's JSON has ids in hex, never base64)",
    ],
    [{ spanId: '7uGbfsPBsXQ=' }, 'spanId must be 16 hex digits (OTLP'],
    [{ traceId: 7 }, 'traceId must be 32 hex digits, not 7'],
    [{ name: 7 }, 'spans[0].name must be a string, not 7'],
    [{ kind: {} }, 'kind must be a number or a name'],
    [{ kind: 1.5 }, 'kind must be a number or a name'],
    [{ flags: -1 }, 'flags must be a whole number from 0 to 4294967295'],
    [{ flags: 2 ** 32 }, 'flags must be a whole number'],
    [{ startTimeUnixNano: 'now' }, 'startTimeUnixNano must be nanoseconds'],
    [{ startTimeUnixNano: -1 }, 'startTimeUnixNano must be nanoseconds'],
    [{ startTimeUnixNano: 1.5 }, 'startTimeUnixNano must be nanoseconds'],
    [{ attributes: {} }, 'attributes must be a list, not an object'],
    [{ attributes: [{ key: 1 }] }, 'attributes[0].key must be a string'],
    [{ attributes: [{ key: 'k', value: 'v' }] }, 'attributes[0].value must be an object, not "v"'],
    [{ attributes: [{ key: 'k', value: { intValue: 'x' } }] }, 'value.intValue must be a 64-bit integer'],
    [{ attributes: [{ key: 'k', value: { intValue: '9223372036854775808' } }] }, 'intValue must be a 64-bit integer'],
    [{ attributes: [{ key: 'k', value: { intValue: 1.5 } }] }, 'intValue must be a 64-bit integer'],
    [{ attributes: [{ key: 'k', value: { boolValue: 'true' } }] }, 'boolValue must be true or false'],
    [{ attributes: [{ key: 'k', value: { doubleValue: '' } }] }, 'doubleValue must be a number'],
    [{ attributes: [{ key: 'k', value: { bytesValue: '?' } }] }, 'bytesValue must be base64'],
    [{ attributes: [{ key: 'k', value: { stringValue: 1 } }] }, 'stringValue must be a string'],
    [{ status: 'OK' }, 'status must be an object'],
    [{ events: [{ name: 1 }] }, 'events[0].name must be a string'],
  ])('refuses a body whose span has %j', (span, message) => {
    expect(() => decode(inGroups({ ...ids, ...span }))).toThrow(WireFormatError);
    expect(() => decode(inGroups({ ...ids, ...span }))).toThrow(message);
  });

  it.each([
    [{ traceId: undefined }, 'it has no trace id'],
    [{ traceId: '1'.repeat(31) }, 'is not 32 hex digits'],
    [{ traceId: 'x'.repeat(32) }, 'is not 32 hex digits'],
    [{ traceId: '0'.repeat(32) }, 'its trace id is zero'],
    [{ spanId: undefined }, 'it has no span id'],
    [{ spanId: '1'.repeat(17) }, 'is not 16 hex digits'],
    [{ spanId: '0'.repeat(16) }, 'its span id is zero'],
    [{ parentSpanId: '1' }, 'its parent span id "1" is not 16 hex digits'],
    [{ startTimeUnixNano: '9007199254740992000' }, 'a time is later than 2^53'],
    [{ endTimeUnixNano: '18446744073709551615' }, 'a time is later than 2^53'],
    [{ events: [{ timeUnixNano: '9007199254740992000' }] }, 'a time is later than 2^53'],
  ])('rejects a span with %j and keeps the others', (span, reason) => {
    const { spans, rejected, reasons } = decode(inGroups(ids, { ...ids, ...span }, ids));
    expect([spans.length, rejected]).toEqual([2, 1]);
    expect(reasons[0]).toContain('resourceSpans[0].scopeSpans[0].spans[1]: ');
    expect(reasons[0]).toContain(reason);
  });

  it('leaves out links with malformed ids, and counts them', () => {
    expect(record({ links: [ids, { ...ids, spanId: 'x' }, {}], droppedLinksCount: 1 })).toMatchObject({
      links: [{ spanId0: 0xeee19b7e | 0 }, { spanId0: 0 }],
      droppedLinksCount: 2,
    });
  });
});
