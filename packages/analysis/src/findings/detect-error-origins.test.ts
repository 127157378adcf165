import { SpanKind, SpanStatus } from '@spanwise/wire';
import { expect, test } from 'vitest';
import { event, kindsOf, millis, query, request, server, theFinding } from '../../test/finding-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';

const failed = { status: SpanStatus.error };
const thrown = {
  ...failed,
  events: [event('exception', 5, { 'exception.type': 'PaymentError', 'exception.message': 'card refused' })],
};

/** gateway → payment → its database; those in `fails` failed. */
function chain(...fails: readonly number[]): SpanSketch[] {
  const spans = [
    server(1, [0, 100], { service: 'gateway', name: 'GET /checkout' }),
    request(2, 1, [10, 90], 'http://payment/', {}, { service: 'gateway' }),
    server(3, [20, 80], { parent: 2, service: 'payment', name: 'POST /charge' }),
    query(4, 3, [30, 70], 'SELECT a FROM b', { service: 'payment' }),
  ];
  return spans.map((span) =>
    fails.includes(span.id) ? { ...span, ...(span.id === fails.at(-1) ? thrown : failed) } : span,
  );
}

test('where it began and how far it came', () => {
  expect(theFinding('error-origin', chain(1, 2, 3, 4))).toMatchObject({
    ids: [1, 2, 3, 4],
    about: 4,
    savableMs: 0,
    savableHow: 'nothing',
    severity: 'high',
    facts: {
      serviceName: 'payment',
      spanName: 'SELECT',
      count: 1,
      message: 'PaymentError: card refused',
      spread: 3,
      services: ['gateway'],
      reachedRoot: true,
    },
  });
});

test('an error that came up through a service and was then dealt with', () => {
  expect(theFinding('error-origin', chain(2, 3, 4))).toMatchObject({
    severity: 'low',
    facts: { spread: 2, services: ['gateway'], reachedRoot: false },
  });
});

test.each<readonly [string, readonly number[]]>([
  ['a query that failed, and its caller went on', [4]],
  ['a request that failed at both ends, and its caller went on', [2, 3]],
  ['a request that failed, and its caller went on', [2]],
])('%s: dealt with', (_, fails) => {
  expect(kindsOf(chain(...fails))).toEqual([]);
});

test('the root alone', () => {
  expect(theFinding('error-origin', chain(1)).facts).toMatchObject({ spread: 0, services: [], reachedRoot: true });
});

test('a detached consumer is a root of its own, and no failure of its producer', () => {
  const spans = [
    server(1, [0, 20], failed),
    { id: 2, parent: 1, at: millis([5, 6]), kind: SpanKind.producer, ...failed },
    { id: 3, parent: 2, at: millis([7, 90]), kind: SpanKind.consumer, service: 'mailer', ...thrown },
  ];
  expect(kindsOf(spans)).toEqual(['error-origin', 'error-origin']);
});

test('like failures in several places count together', () => {
  const spans = [
    server(1, [0, 100], failed),
    ...[2, 3, 4].map((id) =>
      query(id, 1, [id * 10, id * 10 + 50], 'SELECT a FROM b', { ...failed, statusMessage: 'no such table' }),
    ),
  ];
  expect(theFinding('error-origin', spans).facts).toMatchObject({ count: 3, spread: 1, message: 'no such table' });
});

test('attempts that all failed end as one error', () => {
  const spans = [
    server(1, [0, 100], failed),
    ...[2, 3].map((id) => request(id, 1, [id * 20, id * 20 + 10], 'http://payment/', { 'http.status_code': 503 })),
  ];
  expect(kindsOf(spans)).toEqual(['retry', 'error-origin']);
});
