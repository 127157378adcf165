import { expect, test } from 'vitest';
import { inARow, kindsOf, millis, query, request, server, theFinding } from '../../test/finding-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';

const rates = 'SELECT currency, rate FROM rates';

function repeated(count: number, length: number, duration: number, statement: string = rates): SpanSketch[] {
  return [
    server(1, [0, duration]),
    ...inARow(count, [1, length, 5], (at, index) => ({ id: index + 10, parent: 1, at: millis(at), name: 'price' })),
    ...inARow(count, [1, length, 5], (at, index) => query(index + 100, index + 10, at, statement)),
  ];
}

test('the same call from several places: all but the first could be saved', () => {
  expect(theFinding('repeated-call', repeated(4, 20, 200))).toMatchObject({
    ids: [100, 101, 102, 103],
    savableMs: 60,
    savableHow: 'all-but-first',
    share: 0.4,
    facts: { serviceName: 'shop', spanName: 'SELECT', count: 4, totalNanos: 80e6, longestNanos: 20e6 },
  });
});

test('counts from three calls on, and from 50 ms or a tenth of the root', () => {
  expect(kindsOf(repeated(2, 60, 2_000))).not.toContain('repeated-call');
  expect(kindsOf(repeated(3, 60, 2_000))).toContain('repeated-call');
  expect(kindsOf(repeated(3, 24.999, 2_000))).not.toContain('repeated-call');
  expect(kindsOf(repeated(3, 25, 2_000))).toContain('repeated-call');
  expect(kindsOf(repeated(3, 4.999, 100))).not.toContain('repeated-call');
  expect(kindsOf(repeated(3, 5, 100))).toContain('repeated-call');
});

test('five and more of the same are repeated, not N+1', () => {
  expect(kindsOf(repeated(8, 20, 205))).toEqual(['repeated-call']);
});

test('requests are the same when their whole URL is', () => {
  const requests = (url: (index: number) => string) => [
    server(1, [0, 200]),
    ...inARow(4, [1, 20, 20], (at, index) => request(index + 2, 1, at, url(index))),
  ];
  expect(kindsOf(requests(() => 'http://rates/today?in=EUR'))).toContain('repeated-call');
  expect(kindsOf(requests((index) => `http://rates/today?in=${index}`))).not.toContain('repeated-call');
});

test('statements with placeholders may ask for different things', () => {
  expect(kindsOf(repeated(4, 20, 200, 'SELECT rate FROM rates WHERE currency = $1'))).not.toContain('repeated-call');
  expect(kindsOf(repeated(4, 20, 200, 'SELECT rate FROM rates WHERE currency = ?'))).not.toContain('repeated-call');
});

test('writes must be made each time', () => {
  expect(kindsOf(repeated(4, 20, 200, 'UPDATE counters SET hits = hits + one'))).not.toContain('repeated-call');
  const posts = inARow(4, [1, 20, 20], (at, index) =>
    request(index + 2, 1, at, 'http://a/log', { 'http.method': 'POST' }),
  );
  expect(kindsOf([server(1, [0, 200]), ...posts])).not.toContain('repeated-call');
});

test('a poll pauses: for 100 ms on average and longer than it calls', () => {
  const poll = (length: number, pause: number) => [
    server(1, [0, 2_000]),
    ...inARow(5, [1, length, pause], (at, index) => request(index + 2, 1, at, 'http://jobs/7')),
  ];
  expect(kindsOf(poll(30, 100))).not.toContain('repeated-call');
  expect(kindsOf(poll(30, 99.999))).toContain('repeated-call');
  expect(kindsOf(poll(200, 150))).toContain('repeated-call');
});

test('two services may ask for the same', () => {
  const spans = repeated(4, 20, 200).map((span) =>
    span.id >= 100 ? { ...span, service: `service ${span.id}` } : span,
  );
  expect(kindsOf(spans)).not.toContain('repeated-call');
});

test.each<readonly [string, readonly (readonly [number, number])[]]>([
  [
    'the first ends first',
    [
      [1, 96],
      [2, 97],
      [3, 98],
    ],
  ],
  [
    'the first ends last',
    [
      [1, 98],
      [2, 97],
      [3, 96],
    ],
  ],
  [
    'they begin together',
    [
      [5, 60],
      [5, 61],
      [5, 62],
    ],
  ],
])('calls side by side save nothing when one of them is left: %s', (_, times) => {
  const calls = times.map((at, index) => request(index + 2, 1, at, 'http://rates/today'));
  expect(kindsOf([server(1, [0, 100]), ...calls])).toEqual([]);
});

test('durations may overlap by a fifth, and what ran before the first answer is not saved', () => {
  const overlapping = (step: number) => [
    server(1, [0, 600]),
    ...[0, 1, 2, 3].map((item) => request(item + 2, 1, [1 + item * step, 101 + item * step], 'http://rates/today')),
  ];
  // Four of 100 ms within 320 ms, and a microsecond less.
  expect(kindsOf(overlapping(220 / 3))).toContain('repeated-call');
  expect(kindsOf(overlapping(219.999 / 3))).not.toContain('repeated-call');
  // On the path are the second and the fourth: of these 200 ms the first 20 passed before the first answer was there.
  expect(theFinding('repeated-call', overlapping(80))).toMatchObject({ savableMs: 180 });
});
