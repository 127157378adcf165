import { spanIdHex, SpanKind, SpanStatus } from '@spanwise/wire';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findingsOf, inARow, kindsOf, millis, query, request, server } from '../../test/finding-fixture.ts';
import { anyBusyTrace, orderedBusyTrace } from '../../test/random-busy-trace.ts';
import { treeOf } from '../../test/trace-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';
import { describeFinding } from './describe-finding.ts';
import { evidenceIds, findFindings, findFindingsInSteps, subjectId } from './find-findings.ts';
import { defaultThresholds } from './finding-thresholds.ts';

const item = 'SELECT * FROM item WHERE id = $1';

const loop = inARow(10, [1, 20, 0], (at, index) => query(index + 10, 1, at, item));
const retry = inARow(3, [201, 20, 10], (at, index) =>
  request(index + 30, 1, at, 'http://payment/', { 'http.status_code': index === 2 ? 200 : 503 }),
);

test('what could save most stands first', () => {
  expect(kindsOf([server(1, [0, 300]), ...loop, ...retry])).toEqual(['n-plus-one', 'retry']);
  const slower = retry.map((span, index) => ({ ...span, at: millis([201 + index * 110, 301 + index * 110]) }));
  expect(kindsOf([server(1, [0, 550]), ...loop, ...slower])).toEqual(['retry', 'n-plus-one']);
});

test('of what saves nothing, a failed root stands before clocks', () => {
  const spans = [
    server(1, [0, 90], { status: SpanStatus.error }),
    { id: 2, parent: 1, at: millis([-30, 60]), name: 'job', service: 'shop' },
  ];
  expect(kindsOf(spans)).toEqual(['error-origin', 'clock-trouble']);
});

test('severity tells what of the root could be saved', () => {
  const severity = (duration: number) =>
    findingsOf([server(1, [0, duration]), ...loop]).find(({ kind }) => kind === 'n-plus-one')!.severity;
  expect([600, 600.01, 3_600, 3_600.01].map(severity)).toEqual(['high', 'medium', 'medium', 'low']);
});

test('in steps, the same is found', () => {
  const tree = treeOf(server(1, [0, 300]), ...loop, ...retry);
  const steps = findFindingsInSteps(tree);
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) expect(step.value).toBeUndefined();
  expect(step.value).toEqual(findFindings(tree));
  expect(step.value).toHaveLength(2);
  expect(() => findFindingsInSteps(tree, { nPlusOneCalls: -1 }).next()).toThrow(RangeError);
});

test('evidence and subject have ids', () => {
  const tree = treeOf(server(1, [0, 205]), ...loop);
  const [finding] = findFindings(tree);
  const ids = loop.map(({ id }) => spanIdHex({ spanId0: 0, spanId1: id }));
  expect(evidenceIds(tree, finding!)).toEqual(ids);
  expect(subjectId(tree, finding!)).toBe(ids[0]);
});

test('thresholds that are no thresholds are refused', () => {
  expect(() => findFindings(treeOf(), { nPlusOneCalls: 0 })).not.toThrow();
  expect(() => findFindings(treeOf(), { nPlusOneCalls: undefined as never })).not.toThrow();
  expect(() => findFindings(treeOf(), { nPlusOneCalls: -1 })).toThrow(
    new RangeError('nPlusOneCalls must be a number that is not negative: was -1'),
  );
  expect(() => findFindings(treeOf(), { savableMs: NaN })).toThrow(RangeError);
});

test('no spans, no findings', () => {
  expect(findFindings(treeOf())).toEqual([]);
});

test('a healthy checkout through all processes has none', () => {
  const spans: SpanSketch[] = [
    { id: 1, at: millis([0, 300]), name: 'click buy', service: 'browser' },
    request(
      2,
      1,
      [5, 290],
      'http://shop/checkout',
      { 'http.method': 'POST', 'http.status_code': 200 },
      { service: 'browser' },
    ),
    server(3, [15, 280], { parent: 2, service: 'gateway', name: 'POST /checkout' }),
    ...[4, 5, 6].map((id) => ({
      id,
      parent: 3,
      at: millis([20 + id, 60 + id * 2]),
      kind: SpanKind.client,
      name: 'shop.Catalogue/GetItem',
      service: 'gateway',
    })),
    request(7, 3, [75, 250], 'http://orders/orders', { 'http.method': 'POST' }, { service: 'gateway' }),
    server(8, [85, 245], { parent: 7, service: 'orders', name: 'POST /orders' }),
    ...['BEGIN', 'SELECT price FROM item WHERE id = $1', 'INSERT INTO orders VALUES ($1)', 'COMMIT'].map(
      (statement, index) => query(10 + index, 8, [90 + index * 20, 108 + index * 20], statement, { service: 'orders' }),
    ),
    { id: 20, parent: 8, at: millis([172, 240]), name: 'render receipt', service: 'orders' },
    { id: 21, parent: 3, at: millis([251, 255]), kind: SpanKind.producer, name: 'send orders', service: 'gateway' },
    {
      id: 22,
      parent: 21,
      at: millis([262, 400]),
      kind: SpanKind.consumer,
      name: 'receive orders',
      service: 'shipping',
    },
    request(
      23,
      22,
      [265, 390],
      'http://payment/charge',
      { 'http.method': 'POST', 'http.status_code': 200 },
      { service: 'shipping' },
    ),
  ];
  expect(findingsOf(spans)).toEqual([]);
});

describe('any trace', () => {
  test('findings stay within bounds, and can be told', () => {
    // No thresholds: whatever can be said is said.
    const none = Object.fromEntries(Object.keys(defaultThresholds).map((key) => [key, 0]));
    const eager = { ...none, waitingCallMs: 1e6, sequentialPauseMs: 1e6, pollPauseMs: 1e6 };
    fc.assert(
      fc.property(anyBusyTrace, fc.constantFrom({}, eager), (sketches, thresholds) => {
        const tree = treeOf(...sketches);
        const findings = findFindings(tree, thresholds);
        expect(new Set(findings.map(({ kind, subject }) => `${kind} ${subject}`)).size).toBe(findings.length);
        for (const finding of findings) {
          const { root, subject, evidence, savableMs, savableHow, share } = finding;
          const rootMs = (tree.endOffsetNanos[root]! - tree.startOffsetNanos[root]!) / 1e6;
          const wholeMs = (Math.max(...tree.endOffsetNanos) - Math.min(...tree.startOffsetNanos)) / 1e6;
          expect(savableMs).toBeGreaterThanOrEqual(0);
          expect(savableMs).toBeLessThanOrEqual(savableHow === 'wait-beside-path' ? wholeMs : rootMs);
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
          expect(evidence).toContain(subject);
          expect(evidence).toEqual([...new Set(evidence)].sort((left, right) => left - right));
          expect(evidence.every((index) => Number.isInteger(index) && tree.spans[index] !== undefined)).toBe(true);
          expect(describeFinding(finding, tree)).not.toMatch(/undefined|NaN|\n/);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('the order in which spans come changes nothing', () => {
    fc.assert(
      fc.property(
        orderedBusyTrace.chain((trace) =>
          fc.tuple(
            fc.constant(trace),
            fc.shuffledSubarray(trace, { minLength: trace.length, maxLength: trace.length }),
          ),
        ),
        ([trace, shuffled]) => {
          expect(findingsOf(shuffled)).toEqual(findingsOf(trace));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('the tree is not changed, so the second look finds the same', () => {
    fc.assert(
      fc.property(anyBusyTrace, (sketches) => {
        const tree = treeOf(...sketches);
        expect(findFindings(tree)).toEqual(findFindings(tree));
      }),
      { numRuns: 200 },
    );
  });
});
