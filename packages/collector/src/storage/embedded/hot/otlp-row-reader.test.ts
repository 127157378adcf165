import { decodeOtlpProtobuf, WireFormatError } from '@spanwise/wire/otlp/decode';
import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { emptyResource, spanRecord } from '@spanwise/wire/span-record';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { spans } from '../../../../../wire/src/fixtures/arbitraries.ts';
import { Generation } from './generation.ts';
import { addOtlpSpans } from './otlp-row-reader.ts';

const from = { part: 1, offset: 0 };

/** All that a generation holds, with names instead of numbers, in a form that can be compared. */
function contentOf(generation: Generation) {
  const { columns, arena, rows } = generation;
  const { names, resources, scopes, remotes, services } = generation.catalogue();
  const text = (at: number): string => arena.bytes.toString('utf8', columns.text[at], columns.text[at + 1]);
  return {
    rows: Array.from({ length: rows }, (_, row) => ({
      ids: [...columns.ids.subarray(row * 8, row * 8 + 8)],
      start: [columns.startMicros[row], columns.startNanos[row]],
      duration: columns.durationNanos[row],
      name: names[columns.nameId[row] as number],
      resource: resources[columns.resourceId[row] as number],
      scope: scopes[columns.scopeId[row] as number],
      remote: remotes[columns.remoteId[row] as number],
      numbers: [columns.flags, columns.kind, columns.status, columns.bits, columns.dead].map((column) => column[row]),
      tags: text(row * 3),
      rest: text(row * 3 + 1),
    })),
    // Services and keys are sets: a rejected span may have named its service first.
    services: services
      .map((service) => ({ ...service, tagKeys: [...service.tagKeys].sort() }))
      .sort((a, b) => (a.service < b.service ? -1 : 1)),
    filters: generation.filters.blocks().map((block) => [...block].sort((a, b) => a - b)),
    minStartMicros: generation.minStartMicros,
    maxStartMicros: generation.maxStartMicros,
  };
}

/** By way of records, which is what the reader must agree with. */
function decoded(bodies: readonly Uint8Array[]): Generation {
  const generation = new Generation(16, 4, from);
  for (const body of bodies) for (const span of decodeOtlpProtobuf(body).spans) generation.add(span);
  return generation;
}

function read(bodies: readonly Uint8Array[]): Generation {
  const generation = new Generation(16, 4, from);
  for (const body of bodies) addOtlpSpans(generation, body);
  return generation;
}

function encoded(records: readonly SpanRecord[]): Uint8Array {
  const encoder = new OtlpProtobufEncoder();
  for (const record of records) encoder.add(record);
  return encoder.take();
}

type Field = readonly [tag: number, content: Uint8Array | string];

/** A message of fields that have a length. */
function message(...fields: readonly Field[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap(([tag, content]) => {
      const bytes = Buffer.from(content as Uint8Array);
      return [Buffer.from([tag, ...varint(bytes.length)]), bytes];
    }),
  );
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

const traceId = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');
const spanId = Buffer.from('0102030405060708', 'hex');
const text = (value: string): Uint8Array => message([0x0a, value]);
const attribute = message;

/** One request with one span of these attributes. */
function bodyWith(attributes: readonly Uint8Array[], before: readonly Field[] = []): Uint8Array {
  const span = message(
    ...before,
    [0x0a, traceId],
    [0x12, spanId],
    [0x2a, 'GET'],
    ...attributes.map((bytes) => [0x4a, bytes] as const),
  );
  return message([0x0a, message([0x12, message([0x12, span])])]);
}

describe('addOtlpSpans', () => {
  it('makes the rows, names and filter entries that decoded records make', () => {
    fc.assert(
      fc.property(fc.array(spans, { maxLength: 3 }), (lists) => {
        const bodies = lists.map(encoded);
        expect(contentOf(read(bodies))).toEqual(contentOf(decoded(bodies)));
      }),
      { endOnFailure: true },
    );
  });

  it('leaves out a service all of whose spans are rejected', () => {
    const resource = { ...emptyResource, serviceName: 'rejected' };
    const generation = read([encoded([spanRecord({ traceId3: 1, resource, attributes: ['k', 'v'] })])]);
    expect(generation.catalogue().services).toEqual([]);
  });

  it('knows no keys of spans that are rejected', () => {
    const records = [0, 1].map((spanId1) => spanRecord({ traceId3: 1, spanId1, attributes: [`k${spanId1}`, 'v'] }));
    expect(contentOf(read([encoded(records)])).services).toMatchObject([{ tagKeys: ['k1'] }]);
    expect(contentOf(read([encoded([...records].reverse())])).services).toMatchObject([{ tagKeys: ['k1'] }]);
  });

  it('keeps a key apart from one that, escaped, stands as it does', () => {
    const bodies = ['af\\h', 'af\\\\h'].map((key, index) =>
      encoded([spanRecord({ traceId3: 1, spanId1: index + 1, attributes: [key, 'v'] })]),
    );
    expect(contentOf(read(bodies))).toEqual(contentOf(decoded(bodies)));
  });

  it('counts what it adds', () => {
    const records = [1, 0, 2].map((spanId1) => spanRecord({ traceId3: 1, spanId1, attributes: ['a', 1] }));
    const generation = new Generation(16, 4, from);
    expect(addOtlpSpans(generation, encoded(records))).toBe(2);
    expect(generation.rows).toBe(2);
  });

  it('agrees about damaged bodies: both throw, or both make the same of them', () => {
    const damage = fc.record({ at: fc.nat(), byte: fc.nat(255) });
    fc.assert(
      fc.property(
        spans.filter((list) => list.length > 0),
        fc.array(damage, { minLength: 1, maxLength: 3 }),
        (list, damages) => {
          const body = encoded(list);
          for (const { at, byte } of damages) body[at % body.length] = byte;
          const one = attempt(() => contentOf(decoded([body])));
          const other = attempt(() => contentOf(read([body])));
          if (one.error === undefined) expect(withoutFilters(other.value)).toEqual(withoutFilters(one.value));
          expect(other.error).toEqual(one.error);
        },
      ),
      // What differs is large: vitest needs minutes to compare it while it shrinks.
      { numRuns: 500, endOnFailure: true },
    );
  });

  it.each([
    ['value before key', [attribute([0x12, text('v')], [0x0a, 'k'])]],
    ['no value', [attribute([0x0a, 'k'])]],
    ['no key', [attribute([0x12, text('v')])]],
    ['nothing at all', [attribute()]],
    ['an empty key', [attribute([0x0a, ''], [0x12, text('v')])]],
    ['an empty value', [attribute([0x0a, 'k'], [0x12, message()])]],
    ['two values, of which the last counts', [attribute([0x0a, 'k'], [0x12, text('a')], [0x12, text('b')])]],
    ['two texts in one value', [attribute([0x0a, 'k'], [0x12, message([0x0a, 'a'], [0x0a, 'b'])])]],
    ['two keys', [attribute([0x0a, 'a'], [0x0a, 'b'], [0x12, text('v')])]],
    ['an unknown field behind', [attribute([0x0a, 'k'], [0x12, text('v')], [0x7a, 'x'])]],
    ['the same key twice', [attribute([0x0a, 'k'], [0x12, text('a')]), attribute([0x0a, 'k'], [0x12, text('b')])]],
    ['a key to be escaped', [attribute([0x0a, 'a"b'], [0x12, text('v')])]],
    ['a key beyond ASCII', [attribute([0x0a, 'é"'], [0x12, text('v')]), attribute([0x0a, 'é'], [0x12, text('v')])]],
    ['a key that is no UTF-8', [attribute([0x0a, Buffer.from([0xff, 0x61])], [0x12, text('v')])]],
    ['a key of 127 bytes', [attribute([0x0a, 'k'.repeat(127)], [0x12, text('v')])]],
    ['a key of 128 bytes', [attribute([0x0a, 'k'.repeat(128)], [0x12, text('v')])]],
    ['a text of 128 bytes', [attribute([0x0a, 'k'], [0x12, text('v'.repeat(128))])]],
    ['a text to be escaped', [attribute([0x0a, 'k'], [0x12, text('a\n"\\')])]],
    ['a text with a control character', [attribute([0x0a, 'k'], [0x12, text('\u007f\u0000')])]],
    ['a text beyond ASCII', [attribute([0x0a, 'k'], [0x12, text('日本')])]],
    ['an empty text', [attribute([0x0a, 'k'], [0x12, text('')])]],
    ['a peer tag', [attribute([0x0a, 'peer.service'], [0x12, text('db')])]],
    [
      'a mark between others',
      [
        attribute([0x0a, 'a'], [0x12, text('1')]),
        attribute([0x0a, 'spanwise.debug'], [0x12, Buffer.from([0x10, 1])]),
        attribute([0x0a, 'peer.service'], [0x12, text('db')]),
        attribute([0x0a, 'b'], [0x12, text('2')]),
      ],
    ],
    ['a mark that is none', [attribute([0x0a, 'spanwise.debug'], [0x12, text('true')])]],
    ['a local address', [attribute([0x0a, 'zipkin.local.ipv4'], [0x12, text('10.0.0.1')])]],
    ['bytes', [attribute([0x0a, 'k'], [0x12, message([0x3a, Buffer.from([1, 2])])])]],
    ['a list', [attribute([0x0a, 'k'], [0x12, message([0x2a, message([0x0a, text('x')])])])]],
    ['attributes before the ids', [attribute([0x0a, 'k'], [0x12, text('v')])], true],
  ])('reads as the decoder does: %s', (_, attributes, early = false) => {
    const body = early
      ? bodyWith(
          [],
          attributes.map((bytes) => [0x4a, bytes] as const),
        )
      : bodyWith(attributes);
    // Twice: keys are learned the first time.
    expect(contentOf(read([body, body])).rows).toEqual(contentOf(decoded([body, body])).rows);
    expect(contentOf(read([body])).services).toEqual(contentOf(decoded([body])).services);
    expect(contentOf(read([body])).rows).toHaveLength(1);
  });

  it.each([
    0,
    9,
    10,
    99,
    100,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    2 ** 53 - 1,
    -1,
    0.5,
    -0,
    Number.NaN,
    2n ** 60n,
    true,
    false,
  ])("writes the number %s as the decoder's way does", (value) => {
    const bodies = [encoded([spanRecord({ traceId3: 1, spanId1: 1, attributes: ['k', value] })])];
    expect(contentOf(read(bodies))).toEqual(contentOf(decoded(bodies)));
  });

  it('keeps keys apart that are alike in length, ends, middle and quarters', () => {
    const keys = ['a00a00000a000000000a', 'a10a00000a000000000a', 'a01a00000a000000000a'];
    const attributes = [...keys, ...keys].flatMap((key, index) => [key, `v${index}`]);
    const bodies = [1, 2].map((spanId1) => encoded([spanRecord({ traceId3: 1, spanId1, attributes })]));
    expect(contentOf(read(bodies))).toEqual(contentOf(decoded(bodies)));
  });

  it('finds the resource behind its spans', () => {
    const span = message([0x0a, traceId], [0x12, spanId], [0x4a, attribute([0x0a, 'k'], [0x12, text('v')])]);
    const resource = message([0x0a, attribute([0x0a, 'service.name'], [0x12, text('late')])]);
    const body = message([0x0a, message([0x12, message([0x12, span], [0x0a, text('scope')])], [0x0a, resource])]);
    expect(contentOf(read([body])).services).toMatchObject([{ service: 'late', tagKeys: ['k'] }]);
    expect(contentOf(read([body]))).toEqual(contentOf(decoded([body])));
  });

  it('says what is wrong with bytes that are no request', () => {
    expect(() => addOtlpSpans(new Generation(16, 4, from), Buffer.from([0x0a, 5, 0]))).toThrow(WireFormatError);
  });
});

function attempt<T>(task: () => T): { value?: T; error?: unknown } {
  try {
    return { value: task() };
  } catch (error) {
    return { error };
  }
}

/** The attributes of a rejected span leave entries behind, which only make a filter less sharp. */
function withoutFilters(content: ReturnType<typeof contentOf> | undefined) {
  if (content === undefined) return undefined;
  const { filters: _, ...rest } = content;
  return rest;
}
