import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { attributeValue, spans } from '../fixtures/arbitraries.ts';
import { traceIdHex } from '../ids.ts';
import type { SpanRecord } from '../span-record.ts';
import { spanRecord } from '../span-record.ts';
import type { JsonValue } from './json-value.ts';
import { fromJsonValue, toJsonValue } from './json-value.ts';
import { toTraceColumns } from './to-trace-columns.ts';
import { fromTraceColumns } from './trace-columns.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';

/** As an answer travels: as JSON text. */
function travelled(id: string, records: readonly SpanRecord[]): SpanRecord[] {
  return fromTraceColumns(JSON.parse(JSON.stringify(toTraceColumns(id, records))));
}

describe('JSON values', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(attributeValue, (value) => {
        expect(fromJsonValue(JSON.parse(JSON.stringify(toJsonValue(value))))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [9_007_199_254_740_993n, { int: '9007199254740993' }],
    [Number.NaN, { double: 'NaN' }],
    [Number.NEGATIVE_INFINITY, { double: '-Infinity' }],
    [-0, { double: '-0' }],
    [new Uint8Array([1, 2, 255]), { bytes: 'AQL/' }],
    [{ int: '5' }, { map: { int: '5' } }],
    [
      [1, null, 'x'],
      [1, null, 'x'],
    ],
  ])('of %s is %j', (value, json) => {
    expect(toJsonValue(value)).toEqual(json);
  });

  it.each([{}, { int: 'x' }, { int: 5 }, { double: '1' }, { bytes: '?' }, { map: 1 }, { other: 1 }])(
    'refuses %j',
    (value) => {
      expect(() => fromJsonValue(value as JsonValue)).toThrow(TypeError);
    },
  );
});

describe('trace columns', () => {
  it('hold everything of their spans', () => {
    fc.assert(
      fc.property(spans, (records) => {
        const sorted = [...records].sort(
          (one, other) => one.startMicros - other.startMicros || one.startNanos - other.startNanos,
        );
        expect(travelled(traceId, records)).toEqual(sorted);
      }),
      { numRuns: 100 },
    );
  });

  it('say once what spans share', () => {
    const resource = { serviceName: 'shop', attributes: ['a', 1n], droppedAttributesCount: 0, schemaUrl: '' };
    const span = spanRecord({ traceId3: 1, spanId1: 1, name: 'work', resource });
    const columns = toTraceColumns(traceIdHex(span), [span, { ...span, resource: { ...resource } }]);
    expect(columns).toMatchObject({
      names: ['work'],
      resources: [{ serviceName: 'shop', attributes: ['a', { int: '1' }] }],
      scopes: [{ name: '', version: '' }],
      spans: { name: [0, 0], resource: [0, 0], scope: [0, 0], details: {} },
    });
    const [one, other] = fromTraceColumns(columns);
    expect(one!.resource).toBe(other!.resource);
    expect(one!.scope).toBe(other!.scope);
  });

  it('tell a name apart from the content of a dictionary', () => {
    const names = ['content "x"', 'x', '__proto__', ''];
    const records = names.map((name, index) => spanRecord({ traceId3: 1, spanId1: 1, name, startMicros: index + 1 }));
    expect(travelled(traceIdHex(records[0]!), records).map(({ name }) => name)).toEqual(names);
  });

  it('hold an absent duration as null, spans without start, and none', () => {
    const records = [
      spanRecord({ traceId3: 1, spanId1: 1, startMicros: 500, durationNanos: undefined }),
      spanRecord({ traceId3: 1, spanId1: 2, startMicros: 0, durationNanos: 0 }),
    ];
    const columns = toTraceColumns(traceIdHex(records[0]!), records);
    expect(columns).toMatchObject({
      baseMicros: 500,
      spans: { startOffsetMicros: [-500, 0], durationNanos: [0, null] },
    });
    expect(fromTraceColumns(columns)).toEqual([records[1], records[0]]);
    expect(travelled(traceId, [])).toEqual([]);
  });

  it('keep 64- and 128-bit ids of one trace apart', () => {
    const long = spanRecord({ traceId0: 1, traceId3: 2, spanId1: 1, startMicros: 1 });
    const short = spanRecord({ traceId3: 2, spanId1: 2, startMicros: 2 });
    const columns = toTraceColumns(traceIdHex(long), [long, short]);
    expect(columns.spans.details).toEqual({ 1: { traceId: '00000000000000000000000000000002' } });
    expect(fromTraceColumns(columns)).toEqual([long, short]);
  });

  it('pack 100,000 spans', () => {
    const records = Array.from({ length: 100_000 }, (_, index) =>
      spanRecord({ traceId3: 1, spanId1: index + 1, startMicros: index, attributes: ['index', index] }),
    );
    expect(fromTraceColumns(toTraceColumns(traceIdHex(records[0]!), records)).at(-1)).toEqual(records.at(-1));
  });
});
