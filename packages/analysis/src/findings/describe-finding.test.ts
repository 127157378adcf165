import { SpanKind, SpanStatus } from '@spanwise/wire';
import { expect, test } from 'vitest';
import { event, inARow, millis, query, request, server, tags } from '../../test/finding-fixture.ts';
import { treeOf } from '../../test/trace-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';
import { describeFinding, describeSaving } from './describe-finding.ts';
import { findFindings } from './find-findings.ts';
import type { FindingKind } from './finding.ts';
import { findingLines } from './finding-lines.ts';

const shop = { service: 'orders' };
const failed = { status: SpanStatus.error };
const loop = inARow(41, [5, 3, 0], (at, index) =>
  query(index + 10, 1, at, 'SELECT * FROM item WHERE id = $1', { ...shop, name: 'SELECT item' }),
);

const sentences: readonly (readonly [FindingKind, string, readonly SpanSketch[]])[] = [
  [
    'n-plus-one',
    '62 % of the time is orders waiting for SELECT item (41 calls in a row: N+1)',
    [server(1, [0, 198], shop), ...loop],
  ],
  [
    'n-plus-one',
    '62 % of orders receive is orders waiting for SELECT item (41 calls in a row: N+1)',
    [
      server(90, [-50, -20]),
      { id: 91, parent: 90, at: millis([-40, -30]), kind: SpanKind.producer },
      { id: 1, parent: 91, at: millis([0, 198]), kind: SpanKind.consumer, name: 'receive', ...shop },
      ...loop,
    ],
  ],
  [
    'repeated-call',
    '90 % of the time is shop waiting for GET (the same call 3 times)',
    [server(1, [0, 100]), ...inARow(3, [1, 30, 0], (at, index) => request(index + 2, 1, at, 'http://rates/'))],
  ],
  [
    'sequential-calls',
    '90 % of the time is shop waiting for 4 reads in a row that could run side by side (read a, read b, read c and 1 more)',
    [
      server(1, [0, 400]),
      ...inARow(4, [1, 90, 0], (at, index) =>
        request(index + 2, 1, at, `http://${'abcd'[index]}/`, {}, { name: `read ${'abcd'[index]}` }),
      ),
    ],
  ],
  [
    'retry',
    'shop POST was tried 3 times, 1 timed out, in vain',
    [
      server(1, [0, 100]),
      ...inARow(3, [1, 20, 5], (at, index) =>
        request(index + 2, 1, at, 'http://pay/', {
          'http.method': 'POST',
          'http.status_code': index === 0 ? 504 : 503,
        }),
      ),
    ],
  ],
  [
    'retry',
    '2 calls of shop GET /:x were tried 4 times, 1 in vain',
    [
      server(1, [0, 90]),
      ...['x', 'x', 'y', 'y'].map((path, index) =>
        request(
          index + 2,
          1,
          [index * 20, index * 20 + 10],
          `http://pay/${path}`,
          { 'http.status_code': index === 3 ? 200 : 503 },
          { name: 'GET /:x' },
        ),
      ),
    ],
  ],
  [
    'time-out',
    'shop GET timed out after 80.0 ms (80 % of the time)',
    [server(1, [0, 100]), request(2, 1, [10, 90], 'http://stock/', { 'http.status_code': 504 })],
  ],
  [
    'straggler',
    '1 of 4 shop GET side by side took 300 ms, the median 100 ms',
    [
      server(1, [0, 400]),
      ...[100, 100, 100, 300].map((end, index) => request(index + 2, 1, [0, end], `http://stock/${index}`)),
    ],
  ],
  [
    'queue-wait',
    'a message from shop waited 2.00 s in receipts for mailer receive',
    [
      server(1, [0, 50]),
      {
        id: 2,
        parent: 1,
        at: millis([10, 20]),
        kind: SpanKind.producer,
        attributes: tags({ 'message_bus.destination': 'receipts' }),
      },
      { id: 3, parent: 2, at: millis([2_020, 2_030]), kind: SpanKind.consumer, name: 'receive', service: 'mailer' },
    ],
  ],
  [
    'lock-wait',
    '80 % of the time is shop BEGIN waiting for a connection (160 ms)',
    [server(1, [0, 200]), query(2, 1, [10, 170], 'BEGIN')],
  ],
  [
    'idle-transaction',
    'shop GET / held a transaction open for 200 ms, idle for 200 ms of it',
    [server(1, [0, 220]), query(2, 1, [1, 5], 'BEGIN'), query(3, 1, [205, 210], 'COMMIT')],
  ],
  [
    'blocked-event-loop',
    'the event loop of shop was blocked for 120 ms during GET / (60 % of the time)',
    [
      server(1, [0, 200], {
        attributes: tags({ 'spanwise.eventloop.blocked_ms': 120 }),
        events: [event('event loop blocked', 10, { duration_ms: 120 })],
      }),
    ],
  ],
  [
    'blocked-event-loop',
    'the event loop of shop was blocked for 120 ms by other work during GET / (60 % of the time)',
    [
      server(1, [0, 200], {
        attributes: tags({ 'spanwise.eventloop.blocked_ms': 120 }),
        events: [event('event loop blocked', 10, { duration_ms: 120 })],
      }),
      request(2, 1, [5, 190], 'http://stock/'),
    ],
  ],
  [
    'uncovered-time',
    '180 ms in shop GET / are in no span, before SELECT',
    [server(1, [0, 300]), query(2, 1, [180, 299], 'SELECT a FROM b')],
  ],
  [
    'error-origin',
    'an error began in shop SELECT, which failed 1 span above it up to the root: no such table',
    [
      server(1, [0, 90], failed),
      query(2, 1, [10, 80], 'SELECT a FROM b', { ...failed, statusMessage: 'no such table\nat line 1' }),
    ],
  ],
  [
    'clock-trouble',
    'the clocks of stock and shop disagree by 25.0 ms at GET /shelf',
    [server(1, [0, 90]), { id: 3, parent: 1, at: millis([-25, 60]), service: 'stock', name: 'GET /shelf' }],
  ],
  [
    'clock-trouble',
    'the clock of shop jumps by 20.0 ms at job',
    [server(1, [0, 90]), { id: 2, parent: 1, at: [50e6, 30e6], name: 'job' }],
  ],
];

test.each(sentences)('%s: %s', (kind, sentence, spans) => {
  const tree = treeOf(...spans);
  expect(
    findFindings(tree)
      .filter((finding) => finding.kind === kind)
      .map((finding) => describeFinding(finding, tree)),
  ).toEqual([sentence]);
});

test('names cannot command the terminal', () => {
  const tree = treeOf(server(1, [0, 300], { name: 'a\u001b[2J' }), query(2, 1, [180, 299], 'SELECT a FROM b'));
  expect(describeFinding(findFindings(tree)[0]!, tree)).toBe('180 ms in shop a\ufffd[2J are in no span, before SELECT');
});

test('lines for a terminal: the first three, with what could be saved', () => {
  const tree = treeOf(server(1, [0, 398], { ...shop, ...failed }), ...loop, {
    id: 2,
    parent: 1,
    at: millis([-25, 10]),
    service: 'stock',
    name: 'job',
  });
  expect(findFindings(tree)).toHaveLength(4);
  expect(findingLines(tree)).toEqual([
    '! 270 ms in orders GET / are in no span: 270 ms could be saved',
    '! 31 % of the time is orders waiting for SELECT item (41 calls in a row: N+1): 120 ms could be saved',
    '! an error began in orders GET /',
  ]);
  expect(findingLines(tree, 1)).toHaveLength(1);
  expect(findingLines(treeOf())).toEqual([]);
});

test('how a saving was computed', () => {
  expect(describeSaving({ savableHow: 'all-but-longest' })).toBe(
    'the calls’ time on the critical path, less the longest',
  );
});
