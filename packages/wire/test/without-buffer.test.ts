import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type * as decode from '@spanwise/wire/otlp/decode';
import type * as encode from '@spanwise/wire/otlp/encode';
import type * as propagation from '@spanwise/wire/propagation';
import { spanRecord } from '@spanwise/wire/span-record';
import type * as zipkin from '@spanwise/wire/zipkin/encode';

/* In browsers there is no Buffer; everything has to give the same bytes and values through the web's classes. */

type Modules = typeof encode & typeof decode & typeof zipkin & typeof propagation;

async function load(): Promise<Modules> {
  vi.resetModules();
  return {
    ...(await import('@spanwise/wire/otlp/encode')),
    ...(await import('@spanwise/wire/otlp/decode')),
    ...(await import('@spanwise/wire/zipkin/encode')),
    ...(await import('@spanwise/wire/propagation')),
  };
}

const texts = ['', 'ascii', 'a'.repeat(200), 'é', '語'.repeat(60), '😀'.repeat(40), '\ud800', '\ufeffmark', '\0'];
const span = spanRecord({
  traceId0: 0x0af76519,
  traceId3: -1,
  spanId1: 7,
  name: 'work',
  startMicros: 1_700_000_000_000_000,
  durationNanos: 5,
  attributes: texts.flatMap((text, index) => [`key${index}`, text]),
});

describe('without Buffer', () => {
  let native: Modules;
  let web: Modules;

  beforeAll(async () => {
    native = await load();
    vi.stubGlobal('Buffer', undefined);
    try {
      web = await load();
    } finally {
      vi.unstubAllGlobals();
    }
  });

  afterAll(() => vi.resetModules());

  it.each(['OtlpProtobufEncoder', 'OtlpJsonEncoder', 'ZipkinJsonEncoder'] as const)(
    '%s gives the same bytes',
    (name) => {
      const [one, other] = [new native[name](), new web[name]()];
      for (let index = 0; index < 100; index++) {
        one.add(span);
        other.add(span);
      }
      const body = other.take();
      expect(body.constructor).toBe(Uint8Array);
      expect(body).toEqual(one.take());
    },
  );

  it('the decoder gives the same records', () => {
    const encoder = new native.OtlpProtobufEncoder();
    encoder.add(span);
    const body = encoder.take();
    const padded = new Uint8Array(body.length + 7);
    padded.set(body, 7);
    const [record] = web.decodeOtlpProtobuf(padded.subarray(7)).spans;
    expect(record).toEqual(native.decodeOtlpProtobuf(body).spans[0]);
    expect(record!.attributes).toEqual(span.attributes.map((text) => (text === '\ud800' ? '\ufffd' : text)));
  });

  it('headers are the same, and the guard holds', () => {
    const context = { ...span, flags: 1, samplingKnown: true, debug: false, traceState: '' };
    const header = web.formatTraceparent(context);
    expect(header).toBe(native.formatTraceparent(context));
    expect(web.formatBinaryContext(context, { k: '語' })).toEqual(native.formatBinaryContext(context, { k: '語' }));
    expect(web.formatB3Single(context)).toBe(native.formatB3Single(context));
    expect(web.parseTraceparent(header, { ...context })).toBe(true);
    expect(web.parseTraceparent(header.replace('0af', '0áf'), { ...context })).toBe(false);
    expect(web.parseB3Single(`${'1'.repeat(16)}-${'2'.repeat(16)}-ı`, { ...context })).toBe(false);
  });
});
