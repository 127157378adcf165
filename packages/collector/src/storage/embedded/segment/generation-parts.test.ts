import { spanRecord } from '@spanwise/wire/span-record';
import { describe, expect, it } from 'vitest';

import { Generation } from '../hot/generation.ts';
import { journalStart } from '../journal/journal-position.ts';
import { halvesOf, liveRowsOf, partOf } from './generation-parts.ts';

const turn = async (): Promise<void> => {};

function generationOf(sizes: readonly number[]): Generation {
  const generation = new Generation(16, 2, journalStart);
  for (const [row, size] of sizes.entries()) {
    generation.add(
      spanRecord({ traceId3: row + 1, spanId1: 1, startMicros: row + 1, attributes: ['text', 'x'.repeat(size)] }),
    );
  }
  return generation;
}

describe('halves of rows', () => {
  it.each([
    ['two rows', [9000, 1], [[0], [1]]],
    [
      'rows of one size',
      [100, 100, 100, 100],
      [
        [0, 1],
        [2, 3],
      ],
    ],
    ['an odd number of them', [100, 100, 100], [[0], [1, 2]]],
    ['a large row at the beginning', [9000, 1, 1, 1], [[0], [1, 2, 3]]],
    [
      'a large row in the middle',
      [1, 1, 9000, 1],
      [
        [0, 1],
        [2, 3],
      ],
    ],
    ['a large row at the end', [1, 1, 1, 9000], [[0, 1, 2], [3]]],
  ])('have about the same size and are never empty: %s', (_, sizes, halves) => {
    const generation = generationOf(sizes);
    expect(halvesOf(generation, liveRowsOf(generation))).toEqual(halves);
  });
});

describe('a part of a generation', () => {
  it('has its rows, names and filters, and none of the others', async () => {
    const whole = new Generation(16, 2, { part: 2, offset: 7 });
    const resource = { serviceName: 'shop', attributes: [], droppedAttributesCount: 0, schemaUrl: '' };
    for (const [trace, durationNanos] of [
      [1, 1],
      [2, 1],
      [3, 1],
      [2, 5],
    ] as const) {
      const attributes = ['number', trace];
      const name = `operation ${trace}`;
      whole.add(
        spanRecord({ traceId3: trace, spanId1: 1, startMicros: trace, name, attributes, durationNanos, resource }),
      );
    }
    expect(liveRowsOf(whole)).toEqual([0, 2, 3]);
    const part = await partOf(whole, [2, 3], turn);
    expect(part).toMatchObject({
      rows: 2,
      liveRows: 2,
      from: { part: 2, offset: 7 },
      minStartMicros: 2,
      maxStartMicros: 3,
    });
    expect(part.catalogue()).toMatchObject({ names: ['operation 3', 'operation 2'], services: [{ service: 'shop' }] });
    expect([...part.columns.durationNanos.subarray(0, 2)]).toEqual([1, 5]);
    expect(part.filters.blocks()).toHaveLength(1);
  });
});
