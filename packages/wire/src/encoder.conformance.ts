import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { SpanEncoder } from './encoder.ts';
import { spans } from './fixtures/arbitraries.ts';
import type { AttributeValue, SpanRecord } from './span-record.ts';
import { spanRecord } from './span-record.ts';

/** What the suite needs to know of an encoder. */
export interface EncoderUnderTest {
  readonly create: () => SpanEncoder;
  /** Reads a body back; throws when it is malformed. */
  readonly decode: (body: Uint8Array) => readonly SpanRecord[];
  /** Most bytes by which `byteLength` may be below the body's length. */
  readonly envelope: number;
}

/** The contract of `SpanEncoder`; every implementation runs it, and others' may. */
export function encoderConformance(name: string, { create, decode, envelope }: EncoderUnderTest): void {
  describe(`${name} as a SpanEncoder`, () => {
    it('is empty at first, and an empty body decodes to no spans', () => {
      const encoder = create();
      expect([encoder.spanCount, encoder.byteLength]).toEqual([0, 0]);
      expect(decode(encoder.take())).toEqual([]);
    });

    it('keeps order and counts what was added', () => {
      const encoder = create();
      for (const spanId1 of [3, 1, 2]) encoder.add(span({ spanId1 }));
      expect(encoder.spanCount).toBe(3);
      expect(decode(encoder.take()).map(({ spanId1 }) => spanId1)).toEqual([3, 1, 2]);
    });

    it('says how long the body is, to within the envelope', () => {
      fc.assert(
        fc.property(spans, (records) => {
          const encoder = create();
          for (const record of records) encoder.add(record);
          const said = encoder.byteLength;
          const missing = encoder.take().length - said;
          expect(missing).toBeGreaterThanOrEqual(0);
          expect(missing).toBeLessThanOrEqual(envelope);
        }),
        { numRuns: 25 },
      );
    });

    it('starts afresh after take', () => {
      const encoder = create();
      encoder.add(span({ name: 'first' }));
      const first = encoder.take();
      const copy = new Uint8Array(first);
      expect([encoder.spanCount, encoder.byteLength]).toEqual([0, 0]);
      encoder.add(span({ name: 'other' }));
      expect(decode(encoder.take()).map((record) => record.name)).toEqual(['other']);
      expect(first, 'the caller owns the body').toEqual(copy);
    });

    it('gives the same bytes for the same spans, used or new', () => {
      fc.assert(
        fc.property(spans, spans, (before, records) => {
          const used = create();
          for (const record of before) used.add(record);
          used.take();
          const fresh = create();
          for (const record of records) {
            used.add(record);
            fresh.add(record);
          }
          expect(used.take()).toEqual(fresh.take());
        }),
        { numRuns: 25 },
      );
    });

    it.each(poisonedParts())('is as it was when add throws for %s', (_, poisoned) => {
      const encoder = create();
      const clean = create();
      const second = span({ spanId1: 2, resource: { ...resource }, scope: { ...scope } });
      for (const record of [span({ resource, scope }), span({ resource, scope, spanId1: 9 }), second]) {
        // A part that this format has no place for is not read, and then nothing is thrown.
        if (!throwsFor(encoder, poisoned)) clean.add(poisoned);
        expect([encoder.spanCount, encoder.byteLength]).toEqual([clean.spanCount, clean.byteLength]);
        encoder.add(record);
        clean.add(record);
      }
      if (!throwsFor(encoder, poisoned)) clean.add(poisoned);
      const body = encoder.take();
      expect(body).toEqual(clean.take());
      expect(decode(body).map(({ spanId1 }) => spanId1)).toEqual(expect.arrayContaining([1, 9, 2]));
    });

    it('throws for a record that cannot be read', () => {
      const encoder = create();
      expect(throwsFor(encoder, withThrowing('name'))).toBe(true);
      expect([encoder.spanCount, encoder.byteLength]).toEqual([0, 0]);
      expect(decode(encoder.take())).toEqual([]);
    });

    it('does not keep a record', () => {
      const encoder = create();
      const record = { ...span({ name: 'as it was' }) };
      encoder.add(record);
      record.name = 'changed later';
      expect(decode(encoder.take())[0]!.name).toBe('as it was');
    });

    it('takes bodies far larger than its first buffer', () => {
      const encoder = create();
      const value = 'x'.repeat(100_000);
      for (let index = 1; index <= 60; index++) encoder.add(span({ spanId1: index, attributes: ['big', value] }));
      const records = decode(encoder.take());
      expect(records.length).toBe(60);
      expect(records[59]!.attributes).toEqual(['big', value]);
    });

    it.each([27, 28, 29, 126, 127, 128, 129, 16_383, 16_384])('takes strings of %i characters', (length) => {
      for (const letter of ['a', 'é', '語', '😀']) {
        const text = letter.repeat(length);
        const encoder = create();
        encoder.add(span({ attributes: ['key', text, text, 'value'] }));
        expect(decode(encoder.take())[0]!.attributes).toEqual(['key', text, text, 'value']);
      }
    });

    it.each(oddValues())('sends a well-formed body for %s', (_, value) => {
      const encoder = create();
      encoder.add(span({ attributes: ['odd', value, 'after', 'it'] }));
      encoder.add(span({ spanId1: 2 }));
      const [first, second] = decode(encoder.take());
      expect(first!.attributes.slice(-2)).toEqual(['after', 'it']);
      expect(second!.spanId1).toBe(2);
    });

    it.each(['\ud800', 'a\udc00b', '\0', '\u0001"\\\n\u2028\ufeff', '\ud83d'])(
      'sends a well-formed body for %j everywhere',
      (text) => {
        const encoder = create();
        const attributes = [text, text];
        encoder.add(
          span({
            name: text,
            statusMessage: text,
            traceState: text,
            attributes,
            events: [{ timeMicros: 1, timeNanos: 0, name: text, attributes, droppedAttributesCount: 0 }],
            resource: { serviceName: text, attributes, droppedAttributesCount: 0, schemaUrl: text },
            scope: { name: text, version: text, attributes, droppedAttributesCount: 0, schemaUrl: text },
          }),
        );
        const [record] = decode(encoder.take());
        expect(record!.name).toBe(text.replaceAll(/[\ud800-\udfff]/g, '\ufffd'));
      },
    );

    it.each([
      ['times before 1970', { startMicros: -5, durationNanos: 1 }],
      ['a duration that is no number', { startMicros: 5e15, durationNanos: Number.NaN }],
      ['a start that is no number', { startMicros: Number.NaN, durationNanos: 1000 }],
      ['an endless duration', { startMicros: 5e15, durationNanos: Number.POSITIVE_INFINITY }],
    ])('sends a well-formed body for %s', (_, parts) => {
      const encoder = create();
      encoder.add(span(parts));
      encoder.add(span({ spanId1: 2 }));
      expect(decode(encoder.take()).at(-1)!.spanId1).toBe(2);
    });
  });
}

function span(parts: Partial<SpanRecord>): SpanRecord {
  return spanRecord({
    traceId3: 1,
    spanId1: 1,
    name: 'work',
    startMicros: 1_700_000_000_000_000,
    durationNanos: 5000,
    ...parts,
  });
}

const resource = { serviceName: 'shop', attributes: ['a', 1], droppedAttributesCount: 0, schemaUrl: '' };
const scope = { name: 'lib', version: '1', attributes: ['b', 2], droppedAttributesCount: 0, schemaUrl: '' };

/** Records that throw early, late, and in what opens a group. */
function poisonedParts(): [string, SpanRecord][] {
  const poison = Object.defineProperty({}, 'field', { enumerable: true, get: fail }) as AttributeValue;
  const attributes = ['key', 'value', 'poison', poison];
  const notText = 5 as unknown as string;
  return [
    ['a name', withThrowing('name')],
    ['a status message', withThrowing('statusMessage')],
    ['an attribute', span({ resource, scope, attributes })],
    ['an attribute in a group of its own', span({ attributes })],
    ['an attribute of a resource', span({ resource: { ...resource, attributes } })],
    ['an attribute of a scope', span({ resource, scope: { ...scope, attributes } })],
    ['a name that is no text', span({ resource, scope, name: notText })],
    ['a key that is no text', span({ resource, scope, attributes: [notText, 'value'] })],
  ];
}

function withThrowing(part: keyof SpanRecord): SpanRecord {
  return Object.defineProperty({ ...span({ resource, scope, status: 2 }) }, part, { get: fail });
}

function fail(): never {
  throw new Error('poison');
}

function throwsFor(encoder: SpanEncoder, record: SpanRecord): boolean {
  try {
    encoder.add(record);
    return false;
  } catch {
    return true;
  }
}

function oddValues(): [string, AttributeValue][] {
  let deep: AttributeValue = 'bottom';
  for (let level = 0; level < 500; level++) deep = level % 2 === 0 ? [deep] : { deep };
  const endless: AttributeValue[] = ['around'];
  endless.push(endless, endless);
  return [
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['-0', -0],
    ['the smallest number', 5e-324],
    ['an integer beyond 2^53', 1e21],
    ['a bigint of 64 bits', -(2n ** 63n)],
    ['a bigint of 65 bits', 2n ** 64n],
    ['null', null],
    ['undefined, which types forbid', undefined as unknown as AttributeValue],
    ['bytes', new Uint8Array([0, 255])],
    ['an empty list', []],
    ['an empty map', {}],
    ['five hundred levels', deep],
    ['a list that contains itself', endless],
    ['a map with __proto__', JSON.parse('{"__proto__":{"polluted":true}}') as AttributeValue],
  ];
}
