import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { spanIdHex, traceIdHex } from '../ids.ts';
import type { SpanRecord } from '../span-record.ts';
import { WireFormatError } from '../wire-format-error.ts';
import { decodeZipkinJson } from './json-decoder.ts';
import { ZipkinJsonEncoder } from './json-encoder.ts';

const minimal = { traceId: '7180c278b62e8f6a', id: '5b4185666d50f68b' };

function decode(...spans: readonly unknown[]): ReturnType<typeof decodeZipkinJson> {
  return decodeZipkinJson(Buffer.from(JSON.stringify(spans)));
}

function record(span: object): SpanRecord {
  const { spans, reasons } = decode({ ...minimal, ...span });
  expect(reasons).toEqual([]);
  return spans[0]!;
}

function encode(records: readonly SpanRecord[]): unknown {
  const encoder = new ZipkinJsonEncoder();
  for (const span of records) encoder.add(span);
  return JSON.parse(Buffer.from(encoder.take()).toString());
}

/** Spans as zipkin2 writes them. */
const zipkinSpans = fc.array(
  fc
    .record(
      {
        traceId: fc.oneof(
          hex(16),
          fc.tuple(hex(16), hex(16)).map((halves) => halves.join('')),
        ),
        id: hex(16),
        parentId: hex(16),
        kind: fc.constantFrom('SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'),
        name: lower(),
        timestamp: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        duration: fc.integer({ min: 1, max: 2 ** 43 }),
        localEndpoint: endpoint(),
        remoteEndpoint: endpoint(),
        annotations: fc.array(
          fc.record({
            timestamp: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
            value: fc.string({ unit: 'binary', minLength: 1 }),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        tags: tags(),
        debug: fc.constant(true),
        shared: fc.constant(true),
      },
      { requiredKeys: ['traceId', 'id'], noNullPrototype: true },
    )
    .filter((span) => span.id !== span.parentId),
  { maxLength: 4 },
);

function hex(digits: number): fc.Arbitrary<string> {
  return fc
    .string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: digits, maxLength: digits })
    .filter((text) => !/^0+$/.test(text));
}

function lower(): fc.Arbitrary<string> {
  return fc
    .string({ unit: 'binary', minLength: 1 })
    .map((text) => text.toLowerCase())
    .filter((text) => text === text.toLowerCase());
}

function endpoint(): fc.Arbitrary<object> {
  return fc
    .record(
      {
        serviceName: lower(),
        ipv4: fc.ipV4(),
        ipv6: fc.constant('2001:db8::c001'),
        port: fc.integer({ min: 1, max: 65_535 }),
      },
      { requiredKeys: [], noNullPrototype: true },
    )
    .filter((object) => Object.keys(object).length > 0);
}

function tags(): fc.Arbitrary<Record<string, string>> {
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  const own = fc.constantFrom(
    'error',
    'otel.status_code',
    'otel.status_description',
    'otel.scope.name',
    'otel.scope.version',
    'link.0',
    'link.1',
    'w3c.tracestate',
    'spanwise.unfinished',
    'otel.dropped_events_count',
    'span.kind',
    '__proto__',
  );
  const values = fc.oneof(
    text,
    fc.constantFrom('true', 'OK', 'ERROR', '0', '7', '7180c278b62e8f6a-5b4185666d50f68b', 'false'),
  );
  return fc
    .dictionary(fc.oneof(text, own), values, { minKeys: 1, maxKeys: 6, noNullPrototype: true })
    .filter((object) => object['error'] !== '' && (object['otel.status_code'] !== 'ERROR' || 'error' in object));
}

describe('decodeZipkinJson', () => {
  it('reads what comes out again as it came', () => {
    fc.assert(
      fc.property(zipkinSpans, (list) => {
        const { spans, rejected } = decode(...list);
        expect(rejected).toBe(0);
        expect(encode(spans)).toEqual(list);
      }),
      { numRuns: 200 },
    );
  });

  it('reads every member', () => {
    const span = record({
      traceId: '463ac35c9f6413ad48485a3953bb6124',
      parentId: '6b221d5bc9e6496c',
      kind: 'CLIENT',
      name: 'Get-Orders',
      timestamp: 1_461_750_491_274_000,
      duration: 431,
      localEndpoint: { serviceName: 'Front', ipv4: '10.0.0.1', port: 80 },
      remoteEndpoint: { serviceName: 'back', ipv6: '2001:db8::1', port: 9042 },
      annotations: [{ timestamp: 1_461_750_491_274_500, value: 'ws' }],
      tags: {
        'http.path': '/',
        error: 'boom',
        'otel.scope.name': 'lib',
        'link.0': '000000000000000a-000000000000000b',
      },
      debug: true,
      shared: true,
    });
    expect(traceIdHex(span)).toBe('463ac35c9f6413ad48485a3953bb6124');
    expect(spanIdHex(span)).toBe(minimal.id);
    expect(span).toMatchObject({
      parentId0: 0x6b221d5b,
      kind: 3,
      name: 'Get-Orders',
      startMicros: 1_461_750_491_274_000,
      startNanos: 0,
      durationNanos: 431_000,
      resource: { serviceName: 'Front' },
      localEndpoint: { ipv4: '10.0.0.1', port: 80 },
      remoteEndpoint: { serviceName: 'back', ipv6: '2001:db8::1', port: 9042 },
      events: [{ timeMicros: 1_461_750_491_274_500, name: 'ws', attributes: [] }],
      attributes: ['http.path', '/'],
      status: 2,
      statusMessage: 'boom',
      scope: { name: 'lib' },
      links: [{ traceId3: 10, spanId1: 11 }],
      flags: 1,
      debug: true,
      shared: true,
    });
    expect(span.localEndpoint).not.toHaveProperty('serviceName');
  });

  it('reads a span of ids only', () => {
    expect(record({})).toMatchObject({
      traceId0: 0,
      traceId1: 0,
      parentId0: 0,
      parentId1: 0,
      name: '',
      kind: 0,
      status: 0,
      startMicros: 0,
      startNanos: 0,
      durationNanos: undefined,
      attributes: [],
      events: [],
      links: [],
      debug: false,
      shared: false,
      unfinished: false,
      localEndpoint: undefined,
      remoteEndpoint: undefined,
    });
  });

  it.each([
    ['an empty body', ''],
    ['an empty list', '[]'],
    ['an empty list with blanks', ' [ ] '],
  ])('finds no span in %s', (_, body) => {
    expect(decodeZipkinJson(Buffer.from(body))).toEqual({ spans: [], rejected: 0, reasons: [] });
  });

  it('keeps both halves of a shared span, and duplicates', () => {
    const client = { ...minimal, kind: 'CLIENT' };
    const server = { ...minimal, kind: 'SERVER', shared: true };
    const { spans } = decode(client, server, server);
    expect(spans.map(({ kind, shared }) => [kind, shared])).toEqual([
      [3, false],
      [2, true],
      [2, true],
    ]);
  });

  it('shares resources and scopes among spans', () => {
    const span = { ...minimal, localEndpoint: { serviceName: 'a' }, tags: { 'otel.scope.name': 'lib' } };
    const { spans } = decode(span, span, minimal);
    expect(spans[1]!.resource).toBe(spans[0]!.resource);
    expect(spans[1]!.scope).toBe(spans[0]!.scope);
    expect(spans[2]!.resource).not.toBe(spans[0]!.resource);
  });

  it.each([
    [{ traceId: '1' }, '00000000000000000000000000000001'],
    [{ traceId: 'ABCDEF' }, '00000000000000000000000000abcdef'],
    [{ traceId: '1'.repeat(17) }, '1'.repeat(17).padStart(32, '0')],
  ])('pads the trace id of %j', (span, id) => {
    expect(traceIdHex(record(span))).toBe(id);
  });

  it.each<[object, string]>([
    [{ parentId: minimal.id }, 'the span itself'],
    [{ parentId: '0' }, 'zero'],
    [{ parentId: '' }, 'empty'],
    [{ parentId: null }, 'null'],
  ])('takes the parent of %j for none: %s', (span) => {
    expect(record(span)).toMatchObject({ parentId0: 0, parentId1: 0 });
  });

  it.each([
    [{ timestamp: 0, duration: 0 }, 0, 0, undefined],
    [{ timestamp: -1, duration: -1 }, 0, 0, undefined],
    [{ timestamp: 10.25, duration: 0.5 }, 10, 250, 500],
    [{ timestamp: '1461750491274000', duration: '7' }, 1_461_750_491_274_000, 0, 7000],
    [{ timestamp: Number.MAX_SAFE_INTEGER, duration: 1 }, Number.MAX_SAFE_INTEGER, 0, 1000],
  ])('reads the times of %j', (span, startMicros, startNanos, durationNanos) => {
    expect(record(span)).toMatchObject({ startMicros, startNanos, durationNanos });
  });

  it.each([
    [{ ipv4: '300.1.1.1' }, undefined],
    [{ ipv4: 'localhost', port: 0 }, undefined],
    [{ ipv4: '2001:db8::1' }, { ipv6: '2001:db8::1' }],
    [{ ipv6: '::ffff:10.1.2.3' }, { ipv4: '10.1.2.3' }],
    [{ ipv6: '::1' }, { ipv6: '::1' }],
    [{ ipv6: '1:2:3:4:5:6:7:8' }, { ipv6: '1:2:3:4:5:6:7:8' }],
    [{ ipv6: '1:2:3:4:5:6:7' }, undefined],
    [{ ipv6: '1::2::3' }, undefined],
    [{ ipv6: 'not:an:address' }, undefined],
    [{ port: 65_536 }, undefined],
    [{ port: '443' }, { port: 443 }],
    [{ port: -1 }, undefined],
    [{}, undefined],
  ])('reads the endpoint %j', (localEndpoint, expected) => {
    expect(record({ localEndpoint }).localEndpoint).toEqual(expected);
    expect(record({ remoteEndpoint: localEndpoint }).remoteEndpoint).toEqual(expected);
  });

  it('keeps an unknown kind as a tag', () => {
    expect(record({ kind: 'BROKER' })).toMatchObject({ kind: 0, attributes: ['span.kind', 'BROKER'] });
    expect(record({ kind: 'server' })).toMatchObject({ kind: 2, attributes: [] });
  });

  it('makes texts of tags that are none', () => {
    expect(record({ tags: { n: 1, b: true, o: { a: [1] }, gone: null } }).attributes).toEqual([
      'n',
      '1',
      'b',
      'true',
      'o',
      '{"a":[1]}',
    ]);
  });

  it('takes any error tag for an error', () => {
    expect(record({ tags: { error: '' } })).toMatchObject({ status: 2, statusMessage: '', attributes: [] });
    expect(record({ tags: { error: 'true' } })).toMatchObject({ status: 2, statusMessage: '' });
    expect(record({ tags: { error: 'false' } })).toMatchObject({ status: 2, statusMessage: 'false' });
    expect(record({ tags: { 'otel.status_code': 'OK' } })).toMatchObject({ status: 1, attributes: [] });
  });

  it('leaves out annotations without time or text, and counts them', () => {
    const annotations = [{ timestamp: 1 }, { value: 'x' }, { timestamp: 0, value: 'x' }, { timestamp: 5, value: 'x' }];
    expect(record({ annotations })).toMatchObject({ events: [{ timeMicros: 5, name: 'x' }], droppedEventsCount: 3 });
  });

  it.each([
    ['no trace id', { traceId: undefined }, 'it has no trace id'],
    ['no id', { id: undefined }, 'it has no id'],
    ['an empty id', { id: '' }, 'it has no id'],
    ['a trace id of zeros', { traceId: '0000' }, 'its trace id is zero'],
    ['an id of zeros', { id: '0' }, 'its id is zero'],
    ['a trace id of 33 digits', { traceId: '1'.repeat(33) }, 'is not 1 to 32 hex digits'],
    ['an id of 17 digits', { id: '1'.repeat(17) }, 'is not 1 to 16 hex digits'],
    ['a trace id that is no hex', { traceId: 'xyz' }, 'its trace id "xyz" is not'],
    ['a parent that is no hex', { parentId: 'xyz' }, 'its parent id "xyz" is not'],
    ['a start of 2^53 µs', { timestamp: 2 ** 53 }, 'a time is beyond'],
    ['a duration of 2^53 µs', { duration: 2 ** 53 }, 'a time is beyond'],
    ['an annotation of 2^53 µs', { annotations: [{ timestamp: 2 ** 53, value: 'x' }] }, 'a time is beyond'],
  ])('rejects a span with %s and keeps the others', (_, span, reason) => {
    const { spans, rejected, reasons } = decode(minimal, { ...minimal, ...span }, minimal);
    expect([spans.length, rejected]).toEqual([2, 1]);
    expect(reasons[0]).toContain('span [1]: ');
    expect(reasons[0]).toContain(reason);
  });

  it.each([
    ['text', 'hello', 'not a Zipkin v2 JSON list'],
    ['a cut-off list', '[{"traceId":"1"', 'not a Zipkin v2 JSON list'],
    ['an object', '{"traceId":"1","id":"1"}', 'expected a JSON list of Zipkin v2 spans, got an object'],
    ['null', 'null', 'expected a JSON list of Zipkin v2 spans, got null'],
    ['OTLP', '{"resourceSpans":[]}', 'expected a JSON list of Zipkin v2 spans, got an object'],
    ['protobuf', '\n\u0010\u0001', 'not a Zipkin v2 JSON list'],
    ['a list of numbers', '[1]', '[0] must be a span, not 1'],
    ['a list of lists', '[[]]', '[0] must be a span, not a list'],
    ['a v1 span', '[{"traceId":"1","id":"1","binaryAnnotations":[]}]', '[0] is a v1 span'],
    [
      'a v1 span by its annotations',
      '[{"traceId":"1","id":"1"},{"traceId":"1","id":"1","annotations":[{"timestamp":1,"value":"sr","endpoint":{}}]}]',
      '[1] is a v1 span',
    ],
    ['a trace id as a number', '[{"traceId":1,"id":"1"}]', '[0].traceId must be a string, not 1'],
    ['a name as a list', '[{"traceId":"1","id":"1","name":[]}]', '[0].name must be a string, not a list'],
    ['a timestamp in words', '[{"traceId":"1","id":"1","timestamp":"now"}]', '[0].timestamp must be microseconds'],
    ['tags as a list', '[{"traceId":"1","id":"1","tags":[]}]', '[0].tags must be an object, not a list'],
    ['annotations as an object', '[{"traceId":"1","id":"1","annotations":{}}]', '[0].annotations must be a list'],
    [
      'an annotation in words',
      '[{"traceId":"1","id":"1","annotations":["x"]}]',
      '[0].annotations[0] must be an object',
    ],
    ['debug in words', '[{"traceId":"1","id":"1","debug":"yes"}]', '[0].debug must be true or false'],
    ['an endpoint in words', '[{"traceId":"1","id":"1","localEndpoint":"a"}]', '[0].localEndpoint must be an object'],
  ])('refuses %s', (_, body, message) => {
    expect(() => decodeZipkinJson(Buffer.from(body))).toThrow(WireFormatError);
    expect(() => decodeZipkinJson(Buffer.from(body))).toThrow(message);
  });

  it('takes tags of 64 levels as JSON and refuses one level more', () => {
    const tagged = (levels: number): Buffer =>
      Buffer.from(`[{"traceId":"1","id":"1","tags":{"k":${'['.repeat(levels)}${']'.repeat(levels)}}}]`);
    const { spans } = decodeZipkinJson(tagged(64));
    expect(spans[0]!.attributes).toEqual(['k', `${'['.repeat(64)}${']'.repeat(64)}`]);
    for (const levels of [65, 20_000]) {
      expect(() => decodeZipkinJson(tagged(levels))).toThrow(WireFormatError);
      expect(() => decodeZipkinJson(tagged(levels))).toThrow('[0].tags.k must be a value of at most 64 levels');
    }
  });

  it('does not exhaust the stack for a port of nested lists', () => {
    const port = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const body = Buffer.from(`[{"traceId":"1","id":"1","localEndpoint":{"serviceName":"a","port":${port}}}]`);
    expect(decodeZipkinJson(body).spans[0]!.localEndpoint).toBeUndefined();
  });

  it('does not exhaust the stack however deep a body nests', () => {
    const depth = 200_000;
    const deep = Buffer.from(`[{"traceId":"1","id":"1","unknown":${'['.repeat(depth)}${']'.repeat(depth)}}]`);
    expect(decodeZipkinJson(deep).spans.length).toBe(1);
  });
});
