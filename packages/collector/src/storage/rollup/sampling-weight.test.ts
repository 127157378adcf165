import { spanRecord } from '@spanwise/wire/span-record';
import { describe, expect, it } from 'vitest';

import { samplingWeight } from './sampling-weight.ts';

/** The last 56 bits of the id are 0x80000000000000. */
const half = { traceId2: 0x00800000, traceId3: 0 };

function weightOf(parts: Parameters<typeof spanRecord>[0]): number {
  const { traceId0, traceId1, traceId2, traceId3, traceState, attributes } = spanRecord(parts);
  return samplingWeight([traceId0, traceId1, traceId2, traceId3], traceState, attributes);
}

describe('samplingWeight', () => {
  it.each<[string, Parameters<typeof spanRecord>[0], number]>([
    ['nothing says otherwise', {}, 1],
    ['the threshold keeps all', { traceState: 'ot=th:0' }, 1],
    ['the threshold keeps half and the id just reaches it', { ...half, traceState: 'ot=th:8' }, 2],
    ['the id does not reach the threshold', { traceId2: 0x007fffff, traceId3: -1, traceState: 'ot=th:8' }, 1],
    ['the explicit randomness reaches the threshold', { traceState: 'x=y,ot=th:c;rv:c0000000000000' }, 4],
    ['the explicit randomness does not', { ...half, traceState: 'ot=th:8;rv:7fffffffffffff' }, 1],
    ['the threshold keeps a thousandth', { traceId2: -1, traceId3: -1, traceState: 'ot=th:ffbe76c8b43958' }, 1000],
    ['the threshold is none', { traceId2: -1, traceState: 'ot=th:xyz' }, 1],
    ['a sampler left its probability', { attributes: ['sampler.type', 'probabilistic', 'sampler.param', 0.25] }, 4],
    ['another sampler left its rate', { attributes: ['sampler.type', 'ratelimiting', 'sampler.param', 0.5] }, 1],
    ['the probability is 1', { attributes: ['sampler.type', 'probabilistic', 'sampler.param', 1] }, 1],
    ['the probability is more', { attributes: ['sampler.type', 'probabilistic', 'sampler.param', 1.5] }, 1],
    ['the probability is 0', { attributes: ['sampler.type', 'probabilistic', 'sampler.param', 0] }, 1],
    ['the probability is a text', { attributes: ['sampler.type', 'probabilistic', 'sampler.param', '0.5'] }, 1],
    [
      'both say something: the threshold counts',
      { ...half, traceState: 'ot=th:8', attributes: ['sampler.type', 'probabilistic', 'sampler.param', 0.1] },
      2,
    ],
  ])('when %s', (_, parts, weight) => expect(weightOf(parts)).toBeCloseTo(weight, 5));

  it.each([
    ['2^20', 2 ** -20, 2 ** 20],
    ['more', 2 ** -20 * (1 - 2 ** -30), 1],
    ['infinite', 1e-320, 1],
  ])('of %s by a tag', (_, probability, weight) => {
    expect(weightOf({ attributes: ['sampler.type', 'probabilistic', 'sampler.param', probability] })).toBe(weight);
  });

  it.each([
    ['2^20', 'ot=th:fffff', 2 ** 20],
    ['more', 'ot=th:fffff8', 1],
    ['2^56', 'ot=th:ffffffffffffff', 1],
  ])('of %s by a threshold', (_, threshold, weight) => {
    expect(weightOf({ traceState: `${threshold};rv:ffffffffffffff` })).toBe(weight);
  });

  it('is a multiple of 2^-20, so that sums are exact', () => {
    const third = { attributes: ['sampler.type', 'probabilistic', 'sampler.param', 0.3] };
    expect(Number.isInteger(weightOf(third) * 2 ** 20)).toBe(true);
  });
});
