import { noAttributes } from '@spanwise/wire';
import { describe, expect, it } from 'vitest';

import { SeededIds } from '../ids/seeded-ids.ts';
import { samplerCases } from './sampler.conformance.ts';
import type { Sampler, SamplingDecision } from './sampler.ts';

const repeated = 'decides alike each time that it is asked the same';
const unreached = "writes no threshold that the trace's randomness does not reach";
const closed = 'can be closed, twice, and asked afterwards';

function decision(sampled: boolean, parts: Partial<SamplingDecision> = {}): SamplingDecision {
  return { sampled, attributes: noAttributes, threshold: null, ...parts };
}

/** Samples one in `sides`, by dice that always fall alike. */
function dice(sides: number): Sampler {
  const words = new SeededIds(sides);
  return { followsParent: false, sample: () => decision((words.nextWord() >>> 0) % sides === 0) };
}

/** Samples the first so many. */
function firstOnes(limit: number): Sampler {
  let asked = 0;
  return { followsParent: false, sample: () => decision(++asked <= limit) };
}

function failing(create: () => Sampler, can?: { repeats: boolean }): string[] {
  return samplerCases(create, can)
    .filter(({ run }) => {
      try {
        void run();
        return false;
      } catch {
        return true;
      }
    })
    .map(({ name }) => name);
}

describe('samplerCases catches a sampler', () => {
  it.each<[string, () => Sampler, string[]]>([
    ['that flips a coin', () => dice(2), [repeated]],
    ['that throws dice', () => dice(1000), [repeated]],
    ['that samples the first requests alone', () => firstOnes(100), [repeated]],
    [
      'that says another threshold each time',
      () => {
        let count = 0;
        return { followsParent: false, sample: () => decision(true, { threshold: String(count++ % 10) }) };
      },
      [unreached, repeated],
    ],
    [
      'that flips a coin where nobody decided before',
      () => {
        const coin = dice(2);
        return {
          followsParent: true,
          sample: (asked, parent) =>
            parent?.samplingKnown === true ? decision((parent.flags & 1) === 1) : coin.sample(asked, parent),
        };
      },
      [repeated],
    ],
    [
      'that follows its parent in word only',
      () => ({ followsParent: true, sample: () => decision(true) }),
      ["takes the parent's decision if it says that it does"],
    ],
    [
      'that needs tags',
      () => ({ followsParent: false, sample: ({ tags }) => decision(tags!['a'] === 1) }),
      [
        'decides for roots, local and remote parents, sampled or not or undecided',
        'needs neither tags nor tracestate',
        'changes neither request nor parent',
        unreached,
        closed,
        repeated,
      ],
    ],
    [
      'that changes the request',
      () => ({
        followsParent: false,
        sample: (asked) => {
          Object.assign(asked, { name: 'other' });
          return decision(true);
        },
      }),
      ['changes neither request nor parent'],
    ],
    [
      'that writes a threshold for every span, whatever its randomness',
      () => ({ followsParent: false, sample: () => decision(true, { threshold: '8' }) }),
      [unreached],
    ],
    [
      'that writes randomness below its threshold',
      () => ({
        followsParent: false,
        sample: () => decision(true, { threshold: '8', randomness: '7fffffffffffff' }),
      }),
      [unreached],
    ],
    [
      'that writes randomness of another length',
      () => ({ followsParent: false, sample: () => decision(false, { randomness: '123' }) }),
      [unreached],
    ],
    [
      'that relies on randomness which is not its own, under a parent',
      () => ({
        followsParent: false,
        sample: () => decision(true, { threshold: '8', randomness: '80000000000000' }),
      }),
      [unreached],
    ],
    [
      'that decides no more when it is closed',
      () => {
        let isOpen = true;
        return {
          followsParent: false,
          sample: () => {
            if (!isOpen) throw new Error('closed');
            return decision(true);
          },
          close: () => (isOpen = false),
        };
      },
      [closed],
    ],
  ])('%s', (_, create, names) => {
    expect(failing(create)).toEqual(names);
  });
});

it('lets a sampler be that says it does not repeat itself', () => {
  expect(failing(() => dice(2), { repeats: false })).toEqual([]);
  expect(failing(() => dice(2), { repeats: true })).toEqual([repeated]);
});
