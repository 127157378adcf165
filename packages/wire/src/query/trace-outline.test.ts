import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { spans } from '../fixtures/arbitraries.ts';
import { traceIdHex } from '../ids.ts';
import type { SpanRecord } from '../span-record.ts';
import { spanRecord } from '../span-record.ts';
import { toTraceOutline } from './to-trace-outline.ts';
import { decodeTraceOutline, encodeTraceOutline, fromTraceOutline } from './trace-outline.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';

/** As an answer travels: as bytes. */
function travelled(id: string, records: readonly SpanRecord[]): SpanRecord[] {
  return fromTraceOutline(decodeTraceOutline(encodeTraceOutline(toTraceOutline(id, records))));
}

/** What an outline leaves out of a record. */
const without = {
  attributes: [],
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  droppedLinksCount: 0,
  statusMessage: '',
  traceState: '',
  localEndpoint: undefined,
  remoteEndpoint: undefined,
};

describe('trace outlines', () => {
  it('hold what a tree is made of, links included', () => {
    fc.assert(
      fc.property(spans, (records) => {
        expect(travelled(traceId, records)).toEqual(records.map((record) => ({ ...record, ...without })));
      }),
      { numRuns: 100 },
    );
  });

  it('say once what spans share', () => {
    const resource = { serviceName: 'shop', attributes: ['a', 1n], droppedAttributesCount: 0, schemaUrl: '' };
    const span = spanRecord({ traceId3: 1, spanId1: 1, name: 'work', resource });
    const outline = toTraceOutline(traceIdHex(span), [span, { ...span, resource: { ...resource } }]);
    expect(outline).toMatchObject({ names: ['work'], resources: [{ serviceName: 'shop' }], scopes: [{ name: '' }] });
    const [one, other] = fromTraceOutline(outline);
    expect(one!.resource).toBe(other!.resource);
  });

  it('take 53 bytes for each span', () => {
    const bytes = (count: number): number => {
      const records = Array.from({ length: count }, (_, index) => spanRecord({ traceId3: 1, spanId1: index + 1 }));
      return encodeTraceOutline(toTraceOutline('1'.padStart(32, '0'), records)).byteLength;
    };
    expect(bytes(9000) - bytes(1000)).toBe(8000 * 53);
  });

  it('are refused when they are cut off, of another version, or none', () => {
    const bytes = encodeTraceOutline(toTraceOutline(traceId, [spanRecord({ spanId1: 1 })]));
    expect(decodeTraceOutline(bytes).count).toBe(1);
    for (const length of [0, 11, 12, bytes.byteLength - 1]) {
      expect(() => decodeTraceOutline(bytes.slice(0, length))).toThrow(TypeError);
    }
    const newer = bytes.slice();
    newer[4] = 2;
    expect(() => decodeTraceOutline(newer)).toThrow('version 2');
    expect(() => decodeTraceOutline(new TextEncoder().encode('{"count": 1, "traceId": ""}'))).toThrow('no outline');
  });
});
