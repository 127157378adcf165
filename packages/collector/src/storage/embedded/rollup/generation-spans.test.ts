import type { AttributeValue } from '@spanwise/wire/span-record';
import { SpanKind, SpanStatus, spanRecord } from '@spanwise/wire/span-record';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { resourceOf } from '../../span-store.conformance.ts';
import { rollUpSpanOf } from '../../rollup/roll-up-span.ts';
import { Generation } from '../hot/generation.ts';
import { journalStart } from '../journal/journal-position.ts';
import { GenerationSpans } from './generation-spans.ts';

const attribute = fc.constantFrom<[string, AttributeValue][]>(
  ['db.system', 'postgresql'],
  ['db.namespace', 'orders "1" é'],
  ['messaging.system', 'kafka'],
  ['sampler.type', 'probabilistic'],
  ['sampler.param', 0.25],
  ['text', '","db.system", "no"'],
  ['map', { 'db.x': 1 }],
  ['n', 7n],
);
const span = fc
  .record({
    traceId3: fc.integer(),
    spanId1: fc.nat(),
    parentId0: fc.integer(),
    kind: fc.constantFrom(...Object.values(SpanKind)),
    shared: fc.boolean(),
    unfinished: fc.boolean(),
    status: fc.constantFrom(...Object.values(SpanStatus)),
    statusMessage: fc.constantFrom('', ',"t":"ot=th:f"', '{"t":"ot=th:f"}'),
    traceState: fc.constantFrom('', 'ot=th:8', 'x=y,ot=rv:ffffffffffffff;th:c', 'x="\\'),
    name: fc.constantFrom('get', 'post'),
    startMicros: fc.nat(),
    durationNanos: fc.option(fc.integer(), { nil: undefined }),
    resource: fc.constantFrom(resourceOf('a'), resourceOf('')),
    remoteEndpoint: fc.constantFrom(undefined, { serviceName: 'bank' }, { port: 1 }),
    attributes: fc.array(attribute, { maxLength: 3 }).map((pairs) => pairs.flat()),
  })
  .map(spanRecord);

describe('GenerationSpans', () => {
  it('reads of rows what the records say', () => {
    fc.assert(
      fc.property(fc.uniqueArray(span, { maxLength: 8, selector: ({ spanId1 }) => spanId1 }), (spans) => {
        const generation = new Generation(4, 4, journalStart);
        for (const one of spans) generation.add(one);
        expect(new GenerationSpans(generation).read(0, generation.rows)).toEqual(
          spans.flatMap((one) => rollUpSpanOf(one) ?? []),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('leaves rows out that others have replaced', () => {
    const generation = new Generation(4, 4, journalStart);
    generation.add(spanRecord({ spanId1: 1, durationNanos: 5 }));
    generation.add(spanRecord({ spanId1: 2, durationNanos: 5 }));
    generation.add(spanRecord({ spanId1: 1, durationNanos: 6 }));
    const read = new GenerationSpans(generation).read(0, generation.rows);
    expect(read.map(({ spanId1, durationNanos }) => [spanId1, durationNanos])).toEqual([
      [2, 5],
      [1, 6],
    ]);
  });
});
