import { expect, test } from 'vitest';
import { kindsOf, millis, query, request, server, theFinding } from '../../test/finding-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';

/** Requests side by side with these durations. */
function fan(durations: readonly number[], duration: number = 1_000): SpanSketch[] {
  return [
    server(1, [0, duration]),
    ...durations.map((length, index) => request(index + 2, 1, [10, 10 + length], `http://stock/shelf/${index}`)),
  ];
}

test('the one that all others wait for: what it takes after their end', () => {
  expect(theFinding('straggler', fan([100, 110, 90, 120, 400, 95]))).toMatchObject({
    ids: [6],
    savableMs: 280,
    savableHow: 'behind-the-others',
    share: 0.28,
    facts: { serviceName: 'shop', count: 6, stragglers: 1, longestNanos: 400e6, medianNanos: 100e6 },
  });
});

test('counts from four spans, twice their median, and a saving of 50 ms or a tenth of the root on', () => {
  expect(kindsOf(fan([100, 100, 300]))).not.toContain('straggler');
  expect(kindsOf(fan([100, 100, 100, 300]))).toContain('straggler');
  expect(kindsOf(fan([100, 100, 100, 199.999]))).not.toContain('straggler');
  expect(kindsOf(fan([100, 100, 100, 200]))).toContain('straggler');
  expect(kindsOf(fan([40, 40, 40, 89.999]))).not.toContain('straggler');
  expect(kindsOf(fan([40, 40, 40, 90]))).toContain('straggler');
  expect(kindsOf(fan([10, 10, 10, 29.999], 200))).not.toContain('straggler');
  expect(kindsOf(fan([10, 10, 10, 30], 200))).toContain('straggler');
});

test('up to a quarter may lag; more are another sort of work', () => {
  expect(theFinding('straggler', fan([100, 100, 100, 100, 100, 100, 300, 320]))).toMatchObject({
    ids: [8, 9],
    savableMs: 220,
    facts: { stragglers: 2, count: 8 },
  });
  expect(kindsOf(fan([100, 100, 100, 100, 100, 290, 300, 310]))).not.toContain('straggler');
});

/** The same numbers each time, 0–1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Log-normal durations around a median. */
function durations(random: () => number, count: number, median: number, sigma: number): number[] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: count }, () => median * Math.exp(sigma * normal()));
}

test.each([
  [4, 20, 0.3],
  [4, 100, 0.5],
  [8, 20, 0.3],
  [8, 100, 0.5],
  [12, 100, 0.5],
  [50, 20, 0.2],
  [50, 20, 0.3],
  [50, 100, 0.5],
  [200, 100, 0.5],
])(
  '%i calls with a median of %i ms that vary by %f: one in a hundred fan-outs at most has one',
  (count, median, sigma) => {
    const random = seeded(count * median);
    const traces = count > 100 ? 200 : 500;
    let found = 0;
    for (let trace = 0; trace < traces; trace++) {
      const lengths = durations(random, count, median, sigma);
      if (kindsOf(fan(lengths, Math.max(...lengths) + 20)).length > 0) found++;
    }
    expect(found).toBeLessThanOrEqual(traces * 0.015);
  },
);

test.each([
  [12, 0.2, 6],
  [50, 0.3, 12],
])('of %i calls that vary by %f one that takes %i times as long is found', (count, sigma, times) => {
  const random = seeded(count);
  let found = 0;
  for (let trace = 0; trace < 100; trace++) {
    const lengths = [...durations(random, count - 1, 20, sigma), 20 * times];
    if (kindsOf(fan(lengths, 20 * times + 20)).includes('straggler')) found++;
  }
  expect(found).toBeGreaterThanOrEqual(95);
});

test.each<readonly [string, SpanSketch[]]>([
  ['an even spread', fan([100, 120, 140, 160, 180, 190])],
  [
    'calls in a row',
    [
      server(1, [0, 1_000]),
      ...[0, 100, 200, 300].map((at, index) => query(index + 2, 1, [at, at + (index === 3 ? 600 : 100)], 'SELECT 1')),
    ],
  ],
  ['another operation beside the fan-out', [...fan([100, 100, 100, 100]), request(9, 1, [10, 500], 'http://report/')]],
  [
    'a stream beside calls',
    fan([100, 100, 100, 900]).map((span) => (span.id === 5 ? request(5, 1, [10, 900], 'http://stock/stream') : span)),
  ],
  ['one that nobody waits for', [...fan([100, 100, 100, 300]), request(9, 1, [5, 990], 'http://report/')]],
])('%s: no straggler', (_, spans) => {
  expect(kindsOf(spans)).not.toContain('straggler');
});

test('work of the process itself may have one, too', () => {
  const spans = [100, 100, 100, 100, 500].map((length, index) => ({
    id: index + 2,
    parent: 1,
    at: millis([0, length]),
    name: `part ${index}`,
  }));
  expect(theFinding('straggler', [server(1, [0, 600]), ...spans]).savableMs).toBe(400);
});
