import { describe, expect, it } from 'vitest';

import { CryptoIds } from './crypto-ids.ts';
import type { IdSource } from './id-source.ts';
import { SeededIds } from './seeded-ids.ts';

const sources: [string, () => IdSource][] = [
  ['CryptoIds', () => new CryptoIds()],
  ['SeededIds', () => new SeededIds(1)],
];

describe.each(sources)('%s', (_name, create) => {
  it('gives signed 32-bit words, through several refills', () => {
    const source = create();
    for (let count = 0; count < 10_000; count++) {
      const word = source.nextWord();
      expect(word | 0).toBe(word);
    }
  });

  it('repeats no pair of words', () => {
    const source = create();
    const seen = new Set<string>();
    for (let count = 0; count < 20_000; count++) seen.add(`${source.nextWord()},${source.nextWord()}`);
    expect(seen.size).toBe(20_000);
  });

  it('sets every bit about half of the time', () => {
    const source = create();
    const counts = Array.from({ length: 32 }, () => 0);
    for (let count = 0; count < 20_000; count++) {
      const word = source.nextWord();
      for (let bit = 0; bit < 32; bit++) counts[bit]! += (word >>> bit) & 1;
    }
    // Seven standard deviations (71 each): chance fails this once in 10^11 runs.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

it('one seed gives one sequence, another seed another', () => {
  const words = (seed: number): number[] => {
    const source = new SeededIds(seed);
    return Array.from({ length: 10 }, () => source.nextWord());
  };
  expect(words(5)).toEqual(words(5));
  expect(words(5)).not.toEqual(words(6));
});

it('two sources of the system differ', () => {
  expect(
    new CryptoIds().nextWord() === new CryptoIds().nextWord() &&
      new CryptoIds().nextWord() === new CryptoIds().nextWord(),
  ).toBe(false);
});
