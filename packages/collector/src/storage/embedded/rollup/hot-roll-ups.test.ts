import type { SpanRecord } from '@spanwise/wire/span-record';
import { spanRecord } from '@spanwise/wire/span-record';
import { describe, expect, it } from 'vitest';

import { resourceOf } from '../../span-store.conformance.ts';
import { Generation } from '../hot/generation.ts';
import { unpackRows } from '../hot/packed-rows.ts';
import { journalStart } from '../journal/journal-position.ts';
import { traceHash } from '../rows/text-hash.ts';
import type { HotRollUp } from './hot-roll-ups.ts';
import { HotRollUps } from './hot-roll-ups.ts';

const span = (trace: number, id: number, durationNanos = 5): SpanRecord =>
  spanRecord({ traceId3: trace, spanId1: id, startMicros: id, durationNanos });

function generationOf(...spans: SpanRecord[]): Generation {
  const generation = new Generation(4, 8192, journalStart);
  for (const one of spans) generation.add(one);
  return generation;
}

const countIn = ({ sums }: HotRollUp): number =>
  sums.reduce((sum, [, , , cells]) => sum + cells.reduce((all, [, count]) => all + count, 0), 0);
const cutIn = ({ cut }: HotRollUp): string[] =>
  unpackRows(cut!)
    .map(({ traceId3, spanId1 }) => `${traceId3}-${spanId1}`)
    .sort();

describe('HotRollUps', () => {
  it.each(['operations', 'services'] as const)('sums up %s as rows come and are replaced', (table) => {
    const hot = new HotRollUps();
    const generation = generationOf(span(1, 1));
    const count = (): number[] => hot.of([generation], { table }).map(countIn);
    expect(count()).toEqual([1]);
    generation.add(span(1, 2));
    expect(count()).toEqual([2]);
    generation.add(span(1, 2, 9));
    expect(count()).toEqual([2]);
  });

  it('finds calls between rows that came apart', () => {
    const hot = new HotRollUps();
    const [client, server] = ['shop', 'bank'].map((service, index) =>
      spanRecord({
        traceId3: 1,
        spanId1: index + 1,
        parentId1: index,
        durationNanos: 5,
        resource: resourceOf(service),
      }),
    ) as [SpanRecord, SpanRecord];
    const generation = generationOf(client);
    const edges = (): unknown[] => hot.of([generation], { table: 'edges' })[0]!.sums.map(([from, to]) => [from, to]);
    expect(edges()).toEqual([]);
    generation.add(server);
    expect(edges()).toEqual([['shop', 'bank']]);
  });

  it('gives the operations of one service where it is named, and no rows where they are not asked for', () => {
    const [shop, bank] = ['shop', 'bank'].map((service, index) =>
      spanRecord({ traceId3: 1, spanId1: index + 1, durationNanos: 5, name: 'get', resource: resourceOf(service) }),
    ) as [SpanRecord, SpanRecord];
    const [found] = new HotRollUps().of([generationOf(shop, bank)], { table: 'operations', service: 'bank' });
    expect(found!.sums.map(([service, operation]) => [service, operation])).toEqual([['bank', 'get']]);
    expect(found!.cut).toBeUndefined();
  });

  it('gives the rows of traces that are elsewhere: in another generation, or by their hash', () => {
    const generations = [
      generationOf(span(1, 1), span(2, 1), span(3, 1), span(3, 2), span(3, 1, 9)),
      generationOf(span(4, 1), span(2, 2)),
    ];
    const hashes = Uint32Array.from([traceHash(0, 3), traceHash(0, 99)]).sort();
    expect(new HotRollUps().of(generations, { table: 'edges', hashes }).map(cutIn)).toEqual([
      ['2-1', '3-1', '3-2'],
      ['2-2'],
    ]);
    expect(new HotRollUps().of(generations, { table: 'services', hashes: new Uint32Array() }).map(cutIn)).toEqual([
      ['2-1'],
      ['2-2'],
    ]);
  });

  it('gives twenty thousand rows at most, whole traces only, and says when there were more', () => {
    const hashes = Uint32Array.from([traceHash(0, 1)]);
    const all = Array.from({ length: 20_000 }, (_, index) => span(1, index + 1));
    const [most] = new HotRollUps().of([generationOf(...all)], { table: 'edges', hashes });
    expect([cutIn(most!).length, most!.isCutShort]).toEqual([20_000, false]);
    const [none] = new HotRollUps().of([generationOf(...all, span(1, 20_001))], { table: 'edges', hashes });
    expect([cutIn(none!).length, none!.isCutShort]).toEqual([0, true]);
  });
});
