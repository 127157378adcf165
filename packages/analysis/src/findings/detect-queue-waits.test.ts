import { SpanKind } from '@spanwise/wire';
import { expect, test } from 'vitest';
import { kindsOf, millis, server, tags, theFinding } from '../../test/finding-fixture.ts';
import { idsOf, treeOf } from '../../test/trace-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';
import { findFindings } from './find-findings.ts';

const destination = tags({ 'message_bus.destination': 'receipts' });

function message(wait: number, rootEnd: number = 150): SpanSketch[] {
  return [
    server(1, [0, rootEnd]),
    {
      id: 2,
      parent: 1,
      at: millis([10, 20]),
      kind: SpanKind.producer,
      name: 'send receipts',
      service: 'shop',
      attributes: destination,
    },
    {
      id: 3,
      parent: 2,
      at: millis([20 + wait, 60 + wait]),
      kind: SpanKind.consumer,
      name: 'receive receipts',
      service: 'mailer',
    },
  ];
}

test('a message that lay in a queue: the wait, however long the root took', () => {
  expect(theFinding('queue-wait', message(2_000))).toMatchObject({
    ids: [2, 3],
    about: 3,
    savableMs: 2_000,
    savableHow: 'wait-beside-path',
    share: 0,
    facts: { serviceName: 'mailer', producerName: 'shop', destination: 'receipts', count: 1, longestNanos: 2e9 },
  });
  expect(theFinding('queue-wait', message(120)).savableMs).toBe(120);
});

test('counts from 100 ms on', () => {
  expect(kindsOf(message(99.999, 60))).toEqual([]);
  expect(kindsOf(message(100, 60))).toEqual(['queue-wait']);
});

test('from five minutes on a message may have been sent for later: it is told, with nothing to save', () => {
  expect(theFinding('queue-wait', message(299_999.999))).toMatchObject({ savableMs: 299_999.999 });
  expect(theFinding('queue-wait', message(300_000))).toMatchObject({
    savableMs: 0,
    savableHow: 'nothing',
    severity: 'low',
    facts: { longestNanos: 3e11 },
  });
  // Where the root waits for it as well, it is on its path.
  expect(theFinding('queue-wait', message(300_000, 400_000))).toMatchObject({ savableMs: 300_000 });
});

test('of messages that waited together those of minutes save nothing', () => {
  const [root, producer, consumer] = message(400);
  const reminder: SpanSketch = { ...consumer!, id: 4, at: millis([3_600_000, 3_600_010]) };
  expect(theFinding('queue-wait', [root!, producer!, consumer!, reminder])).toMatchObject({
    savableMs: 400,
    savableHow: 'wait-beside-path',
    facts: { count: 2, longestNanos: 3_599_980e6 },
  });
});

test('a message that its producer has scheduled did not wait', () => {
  const sent = (more: Parameters<typeof tags>[0]) =>
    kindsOf(message(2_000, 60).map((span) => (span.id === 2 ? { ...span, attributes: tags(more) } : span)));
  expect(sent({ 'messaging.rocketmq.message.delay_time_level': 3 })).toEqual([]);
  expect(sent({ 'messaging.rocketmq.message.delay_time_level': 0 })).toEqual(['queue-wait']);
  expect(sent({ 'messaging.rocketmq.message.delivery_timestamp': 1_700_000_002_000 })).toEqual([]);
});

test('where the root waits for the consumer, it is what the path shows', () => {
  const finding = theFinding('queue-wait', message(400, 800));
  expect(finding).toMatchObject({ savableMs: 400, savableHow: 'whole-wait', share: 0.5 });
  // What the root did itself is not told again as time in no span; what it did after the answer is.
  expect(kindsOf(message(400, 490))).toEqual(['queue-wait']);
});

test('waits of one operation count together, and what overlaps only once', () => {
  const more: SpanSketch[] = [
    { id: 4, parent: 1, at: millis([30, 40]), kind: SpanKind.producer, name: 'send receipts', service: 'shop' },
    { id: 5, parent: 4, at: millis([140, 260]), kind: SpanKind.consumer, name: 'receive receipts', service: 'mailer' },
  ];
  expect(theFinding('queue-wait', [...message(110), ...more])).toMatchObject({
    ids: [2, 4, 3, 5],
    about: 3,
    savableMs: 120,
    facts: { count: 2, longestNanos: 110e6 },
  });
});

test('a consumer of a batch names its messages by links', () => {
  const [root, producer, consumer] = message(300);
  const batch = { ...consumer!, parent: 1, followsFrom: 2 };
  expect(theFinding('queue-wait', [root!, producer!, batch]).facts).toMatchObject({
    destination: 'receipts',
    longestNanos: 300e6,
  });
});

test('a consumer that is there before its producer is done did not wait', () => {
  expect(kindsOf(message(-5, 60))).toEqual([]);
});

test('a server that is called late is no consumer', () => {
  const spans = message(400).map((span) => (span.id === 3 ? { ...span, kind: SpanKind.server } : span));
  expect(kindsOf(spans)).not.toContain('queue-wait');
});

test('of a batch from two roots there is a finding each, about spans of their own', () => {
  const sender = { kind: SpanKind.producer, service: 'shop', name: 'send receipts' };
  const spans: SpanSketch[] = [
    server(1, [0, 30]),
    { id: 2, parent: 1, at: millis([10, 20]), ...sender },
    server(4, [0, 30]),
    { id: 5, parent: 4, at: millis([15, 25]), ...sender },
    { id: 6, parent: 2, followsFrom: 5, at: millis([200, 210]), kind: SpanKind.consumer, service: 'mailer' },
  ];
  const tree = treeOf(...spans);
  const subjects = findFindings(tree).map(({ kind, subject }) => [kind, idsOf(tree, [subject])[0]]);
  expect(subjects).toEqual([
    ['queue-wait', 6],
    ['queue-wait', 5],
  ]);
});
