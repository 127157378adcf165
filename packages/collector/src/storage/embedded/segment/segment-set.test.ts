import { unlinkSync } from 'node:fs';

import { spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Generation } from '../hot/generation.ts';
import { journalStart } from '../journal/journal-position.ts';
import { temporaryDirectory } from '../opened-store.fixture.ts';
import { traceHash } from '../rows/text-hash.ts';
import { sidecarPath } from './segment-files.ts';
import { SegmentSet } from './segment-set.ts';
import { SegmentWriter } from './segment-writer.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const fitsAlone = (): Promise<void> => Promise.reject(new Error('a row is said to be too large'));

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

/** Segments 1 to `count`, each with the trace of its number. */
async function setOf(count: number, most: { sidecars: number; catalogues: number }): Promise<SegmentSet> {
  const set = new SegmentSet(directory.path, most);
  const writer = await SegmentWriter.open(directory.path, { usualMegabytes: 64, mostMegabytes: 64 }, turn);
  for (let number = 1; number <= count; number++) {
    const generation = new Generation(1, 1, journalStart);
    generation.add(spanRecord({ traceId3: number, spanId1: 1, startMicros: 1, name: `name ${number}` }));
    for (const segment of await writer.write(number, generation, { part: number, offset: 0 }, fitsAlone))
      set.add(segment);
  }
  writer.close();
  return set;
}

const hasItsTrace = (set: SegmentSet) => (number: number) => {
  const segment = set.list().find((one) => one.number === number)!;
  return set.sidecar(segment).blocksOfTrace(traceHash(0, number)) === 1;
};

it('keeps the newest files open, however often all are looked at, in either direction', async () => {
  const set = await setOf(5, { sidecars: 3, catalogues: 1 });
  const look = hasItsTrace(set);
  for (const number of [1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 2, 1]) expect(look(number)).toBe(true);
  for (const number of [1, 2, 3, 4, 5]) unlinkSync(sidecarPath(directory.path, number));
  // The two newest and the one used last are open; the others have to be opened again.
  expect([5, 4, 1].map(look)).toEqual([true, true, true]);
  expect(() => look(3)).toThrow('ENOENT');
  set.clear();
});

it('keeps the newest catalogues', async () => {
  const set = await setOf(3, { sidecars: 1, catalogues: 2 });
  const [first, second, third] = set.list();
  expect([third, second, first].map((segment) => set.catalogue(segment!).names)).toEqual([
    ['name 3'],
    ['name 2'],
    ['name 1'],
  ]);
  expect(set.catalogue(third!)).toBe(set.catalogue(third!));
  expect(set.catalogue(first!)).toBe(set.catalogue(first!));
  for (const number of [1, 2, 3]) unlinkSync(sidecarPath(directory.path, number));
  expect(set.catalogue(third!).names).toEqual(['name 3']);
  expect(() => set.catalogue(second!)).toThrow('ENOENT');
  set.clear();
});
