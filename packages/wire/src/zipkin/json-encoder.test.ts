import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encoderConformance } from '../encoder.conformance.ts';
import { spans } from '../fixtures/arbitraries.ts';
import type { SpanRecord } from '../span-record.ts';
import { spanRecord } from '../span-record.ts';
import { decodeZipkinJson } from './json-decoder.ts';
import type { ZipkinJsonOptions } from './json-encoder.ts';
import { ZipkinJsonEncoder } from './json-encoder.ts';

encoderConformance('ZipkinJsonEncoder', {
  create: () => new ZipkinJsonEncoder(),
  decode: (body) => decodeZipkinJson(body).spans,
  envelope: 2,
});

function encodedText(record: Partial<SpanRecord>, options?: ZipkinJsonOptions): string {
  const encoder = new ZipkinJsonEncoder(options);
  encoder.add(spanRecord({ traceId2: 1, traceId3: 2, spanId1: 3, ...record }));
  return Buffer.from(encoder.take()).toString();
}

describe('ZipkinJsonEncoder', () => {
  it("writes members in zipkin2's order and leaves empty ones out", () => {
    expect(encodedText({})).toBe('[{"traceId":"0000000100000002","id":"0000000000000003"}]');
    expect(
      encodedText({
        traceId0: 10,
        parentId1: 4,
        name: 'Get /',
        kind: 3,
        startMicros: 1_472_470_996_199_000,
        startNanos: 999,
        durationNanos: 207_000_499,
        events: [
          { timeMicros: 1_472_470_996_238_000, timeNanos: 0, name: 'foo', attributes: [], droppedAttributesCount: 0 },
        ],
        attributes: ['http.path', '/api'],
        debug: true,
        shared: true,
        resource: { serviceName: 'Frontend', attributes: ['host.name', 'h'], droppedAttributesCount: 0, schemaUrl: '' },
        localEndpoint: { ipv4: '127.0.0.1' },
        remoteEndpoint: { serviceName: 'Backend', ipv4: '192.168.99.101', ipv6: '2001:db8::c001', port: 9000 },
      }),
    ).toBe(
      '[{"traceId":"0000000a000000000000000100000002","parentId":"0000000000000004","id":"0000000000000003",' +
        '"kind":"CLIENT","name":"get /","timestamp":1472470996199000,"duration":207000,' +
        '"localEndpoint":{"serviceName":"frontend","ipv4":"127.0.0.1"},' +
        '"remoteEndpoint":{"serviceName":"backend","ipv4":"192.168.99.101","ipv6":"2001:db8::c001","port":9000},' +
        '"annotations":[{"timestamp":1472470996238000,"value":"foo"}],"tags":{"http.path":"/api"},' +
        '"debug":true,"shared":true}]',
    );
  });

  it('sends nothing that its own decoder refuses', () => {
    fc.assert(
      fc.property(spans, (records) => {
        const encoder = new ZipkinJsonEncoder();
        for (const record of records) encoder.add(record);
        const decoded = decodeZipkinJson(encoder.take());
        expect(decoded.rejected).toBe(0);
        expect(decoded.spans.map(({ spanId0, spanId1 }) => [spanId0, spanId1])).toEqual(
          records.map(({ spanId0, spanId1 }) => [spanId0, spanId1]),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('keeps the case of names when asked', () => {
    const resource = { serviceName: 'Shop', attributes: [], droppedAttributesCount: 0, schemaUrl: '' };
    const [span] = JSON.parse(encodedText({ name: 'GET', resource }, { lowerCaseNames: false }));
    expect(span).toMatchObject({ name: 'GET', localEndpoint: { serviceName: 'Shop' } });
  });

  it('sends resource attributes as tags when asked, without hiding those of the span', () => {
    const resource = { serviceName: 's', attributes: ['a', 1, 'b', 2], droppedAttributesCount: 0, schemaUrl: '' };
    const [span] = JSON.parse(encodedText({ attributes: ['a', 'own'], resource }, { resourceAttributes: true }));
    expect(span.tags).toEqual({ a: 'own', b: '2' });
  });

  it('writes each tag once, the first of a repeated key', () => {
    expect(encodedText({ attributes: ['a', 1, 'a', 2, 'error', 'mine'], status: 2 })).toContain(
      '"tags":{"a":"1","error":"mine"}',
    );
  });

  it.each([
    ['text', 'x', 'x'],
    ['a number', 0.5, '0.5'],
    ['no number', Number.NaN, 'NaN'],
    ['a bigint', 2n ** 70n, '1180591620717411303424'],
    ['a boolean', false, 'false'],
    ['bytes', new Uint8Array([1, 2, 255]), 'AQL/'],
    ['a list', ['a', 1, null, [true]], '["a",1,null,[true]]'],
    ['a map', { a: 1n, 'b"': 'x' }, '{"a":1,"b\\"":"x"}'],
    ['null', null, undefined],
  ])('makes a text of %s', (_, value, text) => {
    const [span] = JSON.parse(encodedText({ attributes: ['tag', value] }));
    expect(span.tags?.tag).toBe(text);
  });

  it.each([
    [0, 1],
    [499, 1],
    [1499, 1],
    [1500, 2],
    [-5_000_000, 1],
    [undefined, undefined],
    [Number.NaN, undefined],
    [Number.MAX_SAFE_INTEGER * 1000, Number.MAX_SAFE_INTEGER],
    [(Number.MAX_SAFE_INTEGER + 1) * 1000, undefined],
    [1.79e21, undefined],
  ])('writes a duration of %s ns as %s µs', (durationNanos, duration) => {
    const [span] = JSON.parse(encodedText({ startMicros: 5, durationNanos }));
    expect(span.duration).toBe(duration);
  });

  it.each([
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [2 ** 53, undefined],
    [1e300, undefined],
    [1.5, undefined],
    [1, 1],
    [0, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
  ])(
    'writes a start of %s µs as %s, because Zipkin refuses a body for a time that is no integer',
    (startMicros, timestamp) => {
      const event = { timeMicros: startMicros, timeNanos: 0, name: 'e', attributes: [], droppedAttributesCount: 0 };
      const [span] = JSON.parse(encodedText({ startMicros, events: [event] }));
      expect([span.timestamp, span.annotations[0].timestamp]).toEqual([timestamp, timestamp ?? 1]);
    },
  );

  it("gives an annotation without time the span's start, because Zipkin refuses a body for one", () => {
    const event = { timeMicros: 0, timeNanos: 0, name: 'e', attributes: [], droppedAttributesCount: 0 };
    expect(JSON.parse(encodedText({ startMicros: 7, events: [event] }))[0].annotations[0].timestamp).toBe(7);
    expect(JSON.parse(encodedText({ events: [event] }))[0].annotations[0].timestamp).toBe(1);
  });
});
