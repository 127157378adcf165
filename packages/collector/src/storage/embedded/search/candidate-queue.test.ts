import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Candidate } from './candidate.ts';
import { compareCandidates } from './candidate.ts';
import { CandidateHeap } from './candidate-heap.ts';
import { CandidateQueue } from './candidate-queue.ts';
import type { CandidateSource } from './candidate-source.ts';

const candidate = (trace: number, newestMicros: number): Candidate => ({ traceId2: 0, traceId3: trace, newestMicros });

function sourceOf(candidates: readonly Candidate[]): CandidateSource {
  const sorted = [...candidates].sort(compareCandidates);
  return {
    newestMicros: sorted[0]?.newestMicros ?? Number.NEGATIVE_INFINITY,
    candidates: async (count) => sorted.slice(0, count),
  };
}

const anyCandidates = fc.array(fc.tuple(fc.nat(20), fc.nat(50)).map(([trace, micros]) => candidate(trace, micros)));

describe('CandidateHeap', () => {
  it('gives candidates newest first', () => {
    fc.assert(
      fc.property(anyCandidates, (candidates) => {
        const heap = new CandidateHeap();
        for (const one of candidates) heap.push(one);
        const popped = candidates.map(() => heap.pop());
        expect(popped).toEqual([...candidates].sort(compareCandidates));
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });
});

describe('CandidateQueue', () => {
  it('hands out each trace once, newest first, whatever the sources and however many are taken', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyCandidates), fc.integer({ min: 1, max: 5 }), async (sources, most) => {
        const queue = new CandidateQueue(
          sources.map((candidates) => sourceOf(firstOfEach(candidates))),
          3,
        );
        const taken: Candidate[] = [];
        for (let next = await queue.take(most); next.length > 0; next = await queue.take(most)) {
          expect(next.length).toBeLessThanOrEqual(most);
          taken.push(...next);
          expect(queue.newestMicros).toBeLessThanOrEqual(next.at(-1)!.newestMicros);
        }
        expect(taken.map(({ newestMicros }) => newestMicros)).toEqual(
          firstOfEach(sources.flat()).map(({ newestMicros }) => newestMicros),
        );
        expect(queue.newestMicros).toBe(Number.NEGATIVE_INFINITY);
      }),
    );
  });

  it('counts a source that is being read as not looked into', async () => {
    const never: CandidateSource = { newestMicros: 7, candidates: () => new Promise(() => {}) };
    const queue = new CandidateQueue([never, sourceOf([candidate(1, 5)])], 3);
    void queue.take(1);
    await Promise.resolve();
    expect(queue.newestMicros).toBe(7);
  });

  it('looks into a source that is added while it reads', async () => {
    let queue: CandidateQueue | undefined;
    const growing: CandidateSource = {
      newestMicros: 9,
      candidates: async () => {
        queue?.add([sourceOf([candidate(2, 8)])]);
        return [candidate(1, 5)];
      },
    };
    queue = new CandidateQueue([growing], 3);
    expect(await queue.take(5)).toEqual([candidate(2, 8), candidate(1, 5)]);
  });
});

/** The newest of each trace, as one source has it. */
function firstOfEach(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<number>();
  return [...candidates].sort(compareCandidates).filter(({ traceId3 }) => {
    if (seen.has(traceId3)) return false;
    seen.add(traceId3);
    return true;
  });
}
