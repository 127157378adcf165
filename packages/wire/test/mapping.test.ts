import { describe, expect, it } from 'vitest';

import { decodeJaegerBinary, decodeJaegerCompact } from '@spanwise/wire/jaeger/decode';
import { decodeOtlpJson, decodeOtlpProtobuf } from '@spanwise/wire/otlp/decode';
import { OtlpJsonEncoder, OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import type { Attributes, SpanEvent, SpanLink, SpanRecord } from '@spanwise/wire/span-record';
import { noAttributes, spanRecord } from '@spanwise/wire/span-record';
import { decodeZipkinJson } from '@spanwise/wire/zipkin/decode';
import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';

import { jaegerSpan, thriftBatch } from '../src/jaeger/fixtures/thrift-batch.ts';

/*
 * One span in several forms: what OpenTracing, OTLP and Zipkin call the same thing, row by row, in both directions.
 */

const base = {
  traceId0: 1,
  traceId1: 2,
  traceId2: 3,
  traceId3: 4,
  spanId0: 5,
  spanId1: 6,
  startMicros: 1e15,
  durationNanos: 5e6,
};

function body(encoder: { add(span: SpanRecord): void; take(): Uint8Array }, parts: Partial<SpanRecord>): Uint8Array {
  encoder.add(spanRecord({ ...base, ...parts }));
  return encoder.take();
}

/** The span as OTLP JSON, attributes as a flat list of keys and `AnyValue`s. */
function otlp(parts: Partial<SpanRecord>): any {
  const request = JSON.parse(Buffer.from(body(new OtlpJsonEncoder(), parts)).toString());
  const [group] = request.resourceSpans;
  const [span] = group.scopeSpans[0].spans;
  return { ...span, scope: group.scopeSpans[0].scope, resource: group.resource };
}

function zipkin(parts: Partial<SpanRecord>): any {
  return JSON.parse(Buffer.from(body(new ZipkinJsonEncoder(), parts)).toString())[0];
}

/** Through each format and back. */
function throughOtlp(parts: Partial<SpanRecord>): SpanRecord {
  const one = decodeOtlpProtobuf(body(new OtlpProtobufEncoder(), parts)).spans[0]!;
  expect(decodeOtlpJson(body(new OtlpJsonEncoder(), parts)).spans[0], 'both encodings tell the same').toEqual(one);
  return one;
}

function throughZipkin(parts: Partial<SpanRecord>): SpanRecord {
  return decodeZipkinJson(body(new ZipkinJsonEncoder(), parts)).spans[0]!;
}

function event(name: string, attributes: Attributes = noAttributes): SpanEvent {
  return { timeMicros: 1e15 + 1, timeNanos: 0, name, attributes, droppedAttributesCount: 0 };
}

function link(parts: Partial<SpanLink>): SpanLink {
  return {
    traceId0: 0,
    traceId1: 0,
    traceId2: 0,
    traceId3: 7,
    spanId0: 0,
    spanId1: 8,
    traceState: '',
    flags: 0,
    attributes: noAttributes,
    droppedAttributesCount: 0,
    ...parts,
  };
}

const resource = { serviceName: 'Shop', attributes: ['host.name', 'h'], droppedAttributesCount: 0, schemaUrl: '' };

describe('trace id and span id', () => {
  it('are 32 and 16 digits; Zipkin has 16 when the high half is zero', () => {
    expect(otlp({})).toMatchObject({ traceId: '00000001000000020000000300000004', spanId: '0000000500000006' });
    expect(zipkin({})).toMatchObject({ traceId: '00000001000000020000000300000004', id: '0000000500000006' });
    expect(zipkin({ traceId0: 0, traceId1: 0 }).traceId).toBe('0000000300000004');
    expect(otlp({ traceId0: 0, traceId1: 0 }).traceId).toBe('00000000000000000000000300000004');
    expect(throughZipkin({ traceId0: 0, traceId1: 0 })).toMatchObject({ traceId0: 0, traceId3: 4 });
  });
});

describe('operation name', () => {
  it('travels as it is in OTLP and in lower case in Zipkin', () => {
    expect(otlp({ name: 'Get' }).name).toBe('Get');
    expect(zipkin({ name: 'Get' }).name).toBe('get');
  });
});

describe('kind', () => {
  it.each([
    [0, 1, undefined],
    [1, 1, undefined],
    [2, 2, 'SERVER'],
    [3, 3, 'CLIENT'],
    [4, 4, 'PRODUCER'],
    [5, 5, 'CONSUMER'],
  ] as const)('%i is %i in OTLP and %s in Zipkin', (kind, inOtlp, inZipkin) => {
    expect(otlp({ kind }).kind).toBe(inOtlp);
    expect(zipkin({ kind }).kind).toBe(inZipkin);
    expect(throughOtlp({ kind }).kind).toBe(inOtlp);
    expect(throughZipkin({ kind }).kind).toBe(inZipkin === undefined ? 0 : kind);
  });
});

describe('error', () => {
  it('is status code 2 in OTLP, and no attribute', () => {
    expect(otlp({ status: 2 })).toMatchObject({ status: { code: 2 } });
    expect(otlp({ status: 2 })).not.toHaveProperty('attributes');
  });

  const exception = event('exception', ['exception.type', 'TypeError', 'exception.message', 'boom']);
  it.each([
    ['the status message', { status: 2, statusMessage: 'no', events: [exception] } as const, 'no'],
    ["the exception's message", { status: 2, events: [exception] } as const, 'boom'],
    ['true', { status: 2 } as const, 'true'],
  ])('is in Zipkin the tag error with %s', (_, parts, text) => {
    expect(zipkin(parts).tags.error).toBe(text);
    expect(throughZipkin(parts)).toMatchObject({
      status: 2,
      statusMessage: text === 'true' ? '' : text,
      attributes: [],
    });
  });

  it.each([false, 'false'])('%j is never sent to Zipkin, which takes any error tag for an error', (error) => {
    expect(zipkin({ attributes: ['error', error] }).tags).toBeUndefined();
  });

  it('status ok stays: in Zipkin a tag', () => {
    expect(otlp({ status: 1 }).status).toEqual({ code: 1 });
    expect(zipkin({ status: 1 }).tags).toEqual({ 'otel.status_code': 'OK' });
    expect(throughZipkin({ status: 1 })).toMatchObject({ status: 1, attributes: [] });
  });

  it('a status message without error is kept', () => {
    expect(throughOtlp({ statusMessage: 'note' })).toMatchObject({ status: 0, statusMessage: 'note' });
    expect(throughZipkin({ statusMessage: 'note' })).toMatchObject({ status: 0, statusMessage: 'note' });
  });
});

describe('logs', () => {
  const attributes = ['exception.type', 'TypeError', 'exception.message', 'boom', 'exception.stacktrace', 'at x'];

  it('an error log is the event exception in OTLP and the annotation error in Zipkin', () => {
    expect(otlp({ events: [event('exception', attributes)] }).events[0].name).toBe('exception');
    expect(zipkin({ events: [event('exception', attributes)] }).annotations).toEqual([
      { timestamp: 1e15 + 1, value: 'error error.kind=TypeError message=boom stack="at x"' },
    ]);
    expect(throughZipkin({ events: [event('exception', attributes)] }).events[0]).toMatchObject({
      name: 'exception',
      attributes,
    });
  });

  it.each([
    [event('cache.miss'), 'cache.miss'],
    [event('cache.miss', ['key', 'a', 'n', 1]), 'cache.miss key=a n=1'],
    [event('cache.miss', ['key', 'a b']), 'cache.miss key="a b"'],
    [event('log', ['level', 'warn', 'n', 2]), 'level=warn n=2'],
  ])('%j is the annotation %s', (log, value) => {
    expect(zipkin({ events: [log] }).annotations).toEqual([{ timestamp: 1e15 + 1, value }]);
    expect(throughOtlp({ events: [log] }).events).toEqual([log]);
    expect(throughZipkin({ events: [log] }).events[0]!.name).toBe(log.name);
  });
});

describe('references', () => {
  it('the parent is the parent', () => {
    expect(otlp({ parentId1: 9 }).parentSpanId).toBe('0000000000000009');
    expect(zipkin({ parentId1: 9 }).parentId).toBe('0000000000000009');
    expect(otlp({})).not.toHaveProperty('parentSpanId');
    expect(zipkin({})).not.toHaveProperty('parentId');
  });

  it('follows_from alone is parent and link in OTLP, parent in Zipkin', () => {
    const follows = link({
      traceId0: 1,
      traceId1: 2,
      traceId2: 3,
      traceId3: 4,
      spanId1: 9,
      attributes: ['opentracing.ref_type', 'follows_from'],
    });
    const parts = { parentId1: 9, links: [follows] };
    expect(throughOtlp(parts)).toMatchObject(parts);
    expect(zipkin(parts).parentId).toBe('0000000000000009');
    expect(zipkin(parts).tags).toBeUndefined();
  });

  it('further references are links in OTLP and tags in Zipkin', () => {
    const links = [
      link({ attributes: ['opentracing.ref_type', 'child_of'], traceState: 'x=y' }),
      link({ traceId0: 1 }),
    ];
    expect(throughOtlp({ links }).links).toEqual(links);
    expect(zipkin({ links }).tags).toEqual({
      'link.0': '0000000000000007-0000000000000008',
      'link.1': '00000001000000000000000000000007-0000000000000008',
    });
    expect(throughZipkin({ links })).toMatchObject({ links: [link({}), link({ traceId0: 1 })], attributes: [] });
  });
});

describe('peer tags', () => {
  const attributes = [
    'peer.service',
    'DB',
    'peer.ipv4',
    0x0a00_0001,
    'peer.ipv6',
    '::1',
    'peer.port',
    5432,
    'peer.hostname',
    'db',
  ];
  const remoteEndpoint = { serviceName: 'DB', ipv4: '10.0.0.1', ipv6: '::1', port: 5432 };

  it('are attributes as given in OTLP, which tell the remote endpoint again', () => {
    expect(throughOtlp({ attributes, remoteEndpoint })).toMatchObject({ attributes, remoteEndpoint });
  });

  it('are the remote endpoint in Zipkin, and not repeated as tags', () => {
    expect(zipkin({ attributes, remoteEndpoint })).toMatchObject({
      remoteEndpoint: { ...remoteEndpoint, serviceName: 'db' },
      tags: { 'peer.hostname': 'db' },
    });
    expect(Object.keys(zipkin({ attributes, remoteEndpoint }).tags)).toEqual(['peer.hostname']);
  });

  it("a remote endpoint from Zipkin becomes peer tags in OTLP, and Zipkin's again", () => {
    const span = throughOtlp({ remoteEndpoint });
    expect(span.remoteEndpoint).toEqual(remoteEndpoint);
    expect(span.attributes).toEqual([
      'peer.service',
      'DB',
      'peer.ipv4',
      '10.0.0.1',
      'peer.ipv6',
      '::1',
      'peer.port',
      5432,
    ]);
    expect(zipkin(span)).toEqual(zipkin({ remoteEndpoint, kind: 1 }));
  });
});

describe('other tags', () => {
  it('keep their types in OTLP and are texts in Zipkin, lists as JSON', () => {
    const attributes = ['s', 'x', 'n', 1.5, 'b', true, 'l', [1, 'a']];
    expect(throughOtlp({ attributes }).attributes).toEqual(attributes);
    expect(zipkin({ attributes }).tags).toEqual({ s: 'x', n: '1.5', b: 'true', l: '[1,"a"]' });
  });

  it.each([
    [['sampler.type', 'probabilistic', 'sampler.param', 0.1]],
    [['spanwise.eventloop.blocked_ms', 12, 'spanwise.gc_ms', 3.5, 'spanwise.cpu_ms', 40]],
  ])('%j are attributes and tags', (attributes) => {
    expect(throughOtlp({ attributes }).attributes).toEqual(attributes);
    expect(throughZipkin({ attributes }).attributes).toEqual(attributes.map(String));
  });
});

describe('service and process tags', () => {
  it("are the resource in OTLP and the local endpoint's name in Zipkin, the rest only when asked for", () => {
    expect(otlp({ resource }).resource.attributes).toEqual([
      { key: 'service.name', value: { stringValue: 'Shop' } },
      { key: 'host.name', value: { stringValue: 'h' } },
    ]);
    expect(throughOtlp({ resource }).resource).toEqual(resource);
    expect(zipkin({ resource }).localEndpoint).toEqual({ serviceName: 'shop' });
    expect(zipkin({ resource }).tags).toBeUndefined();
    const asked = body(new ZipkinJsonEncoder({ resourceAttributes: true }), { resource });
    expect(JSON.parse(Buffer.from(asked).toString())[0].tags).toEqual({ 'host.name': 'h' });
  });

  it("Zipkin's local address survives OTLP", () => {
    const localEndpoint = { ipv4: '10.0.0.1', port: 80 };
    expect(throughOtlp({ localEndpoint })).toMatchObject({ localEndpoint, attributes: [] });
    expect(throughZipkin({ resource, localEndpoint })).toMatchObject({
      localEndpoint,
      resource: { serviceName: 'shop' },
    });
  });
});

describe('tracer name and version', () => {
  it('are the scope in OTLP and tags in Zipkin', () => {
    const scope = { name: 'lib', version: '1.2', attributes: noAttributes, droppedAttributesCount: 0, schemaUrl: '' };
    expect(otlp({ scope }).scope).toEqual({ name: 'lib', version: '1.2' });
    expect(zipkin({ scope }).tags).toEqual({ 'otel.scope.name': 'lib', 'otel.scope.version': '1.2' });
    expect(throughZipkin({ scope })).toMatchObject({ scope, attributes: [] });
  });
});

describe('sampled and debug', () => {
  it('are flags and an attribute in OTLP, debug in Zipkin', () => {
    expect(otlp({ flags: 0x301, debug: true })).toMatchObject({
      flags: 0x301,
      attributes: [{ key: 'spanwise.debug', value: { boolValue: true } }],
    });
    expect(throughOtlp({ flags: 0x301, debug: true })).toMatchObject({ flags: 0x301, debug: true, attributes: [] });
    expect(zipkin({ debug: true }).debug).toBe(true);
    expect(throughZipkin({ debug: true })).toMatchObject({ debug: true, flags: 1 });
  });
});

describe('tracestate', () => {
  it('is a field in OTLP and a tag in Zipkin', () => {
    const traceState = 'ot=th:8,x=y';
    expect(otlp({ traceState }).traceState).toBe(traceState);
    expect(zipkin({ traceState }).tags).toEqual({ 'w3c.tracestate': traceState });
    expect(throughZipkin({ traceState })).toMatchObject({ traceState, attributes: [] });
  });
});

describe('start and duration', () => {
  it('are nanoseconds in OTLP, without loss, and microseconds in Zipkin, at least 1', () => {
    const times = { startMicros: 1_544_712_660_000_001, startNanos: 7, durationNanos: 3 };
    expect(otlp(times)).toMatchObject({
      startTimeUnixNano: '1544712660000001007',
      endTimeUnixNano: '1544712660000001010',
    });
    expect(throughOtlp(times)).toMatchObject(times);
    expect(zipkin(times)).toMatchObject({ timestamp: 1_544_712_660_000_001, duration: 1 });
  });

  it('an open span has no end', () => {
    expect(otlp({ durationNanos: undefined })).not.toHaveProperty('endTimeUnixNano');
    expect(zipkin({ durationNanos: undefined })).not.toHaveProperty('duration');
    expect(throughOtlp({ durationNanos: undefined }).durationNanos).toBeUndefined();
    expect(throughZipkin({ durationNanos: undefined }).durationNanos).toBeUndefined();
  });
});

describe("Zipkin's shared", () => {
  it('is an attribute in OTLP', () => {
    expect(otlp({ shared: true }).attributes).toEqual([{ key: 'zipkin.shared', value: { boolValue: true } }]);
    expect(zipkin({ shared: true }).shared).toBe(true);
    expect(throughOtlp({ shared: true })).toMatchObject({ shared: true, attributes: [] });
    expect(throughZipkin({ shared: true })).toMatchObject({ shared: true });
  });
});

describe('dropped counts', () => {
  it('are counts in OTLP and tags in Zipkin', () => {
    const counts = { droppedAttributesCount: 1, droppedEventsCount: 2, droppedLinksCount: 3 };
    expect(otlp(counts)).toMatchObject(counts);
    expect(zipkin(counts).tags).toEqual({
      'otel.dropped_attributes_count': '1',
      'otel.dropped_events_count': '2',
      'otel.dropped_links_count': '3',
    });
    expect(throughZipkin(counts)).toMatchObject({ ...counts, attributes: [] });
  });
});

describe('a span reported before it finished', () => {
  it('is marked by an attribute in OTLP and a tag in Zipkin', () => {
    expect(otlp({ unfinished: true }).attributes).toEqual([{ key: 'spanwise.unfinished', value: { boolValue: true } }]);
    expect(throughOtlp({ unfinished: true })).toMatchObject({ unfinished: true, attributes: [] });
    expect(zipkin({ unfinished: true }).tags).toEqual({ 'spanwise.unfinished': 'true' });
    expect(throughZipkin({ unfinished: true })).toMatchObject({ unfinished: true, attributes: [] });
  });
});

describe('a span of Jaeger', () => {
  const sent = jaegerSpan({
    traceIdHigh: 3n,
    parentSpanId: 9n,
    references: [{ refType: 1, traceIdLow: 8n, traceIdHigh: 0n, spanId: 10n }],
    flags: 3,
    tags: [
      { key: 'span.kind', value: 'client' },
      { key: 'error', value: true },
      { key: 'n', value: 2n ** 60n },
      { key: 'raw', value: Uint8Array.of(0, 255) },
      { key: 'peer.service', value: 'db' },
      { key: 'w3c.tracestate', value: 'a=b' },
    ],
    logs: [
      {
        timestamp: 1_700_000_000_000_001n,
        fields: [
          { key: 'event', value: 'error' },
          { key: 'message', value: 'boom' },
        ],
      },
    ],
  });
  const batch = { process: { serviceName: 'Shop', tags: [{ key: 'hostname', value: 'h' }] }, spans: [sent] };
  const [span] = decodeJaegerBinary(thriftBatch(batch, 'binary')).spans as [SpanRecord];

  it('is the same in both of its protocols, and passes through OTLP unchanged', () => {
    expect(decodeJaegerCompact(thriftBatch(batch, 'compact')).spans).toEqual([span]);
    expect(throughOtlp(span)).toEqual(span);
  });

  it('is in Zipkin what its parts are there', () => {
    expect(zipkin(span)).toEqual({
      traceId: '00000000000000030000000700000001',
      id: '0000000000000001',
      parentId: '0000000000000009',
      kind: 'CLIENT',
      name: 'get /checkout',
      timestamp: 1_700_000_000_000_000,
      duration: 5_000,
      debug: true,
      localEndpoint: { serviceName: 'shop' },
      remoteEndpoint: { serviceName: 'db' },
      annotations: [{ timestamp: 1_700_000_000_000_001, value: 'error message=boom' }],
      tags: {
        n: '1152921504606846976',
        raw: 'AP8=',
        error: 'boom',
        'w3c.tracestate': 'a=b',
        'link.0': '0000000000000008-000000000000000a',
      },
    });
  });
});
