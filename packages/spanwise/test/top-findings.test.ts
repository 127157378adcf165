import { buildTree } from '@spanwise/analysis';
import type { TraceTree } from '@spanwise/analysis';
import { emptyResource, SpanKind, spanRecord } from '@spanwise/wire';
import { expect, test } from 'vitest';

import { TopFindings } from '../src/inspect/top-findings.ts';
import type { TopFinding } from '../src/inspect/top-findings.ts';

const startMicros = 1_700_000_000_000_000;
const resource = { ...emptyResource, serviceName: 'gateway' };

/** A request whose process was blocked from 100 ms on; `callEnd` is that of a call which began before. */
function blockedRequest(name: string, blockedMillis: number, callEnd: number): TraceTree {
  const block = {
    timeMicros: startMicros + 100_000,
    timeNanos: 0,
    name: 'event loop blocked',
    attributes: ['duration_ms', blockedMillis],
    droppedAttributesCount: 0,
  };
  const request = spanRecord({
    traceId3: 1,
    spanId1: 1,
    name,
    kind: SpanKind.server,
    startMicros,
    durationNanos: (Math.max(callEnd, 100 + blockedMillis) + 50) * 1e6,
    attributes: ['spanwise.eventloop.blocked_ms', blockedMillis],
    events: [block],
    resource,
  });
  const call = spanRecord({
    traceId3: 1,
    spanId1: 2,
    parentId1: 1,
    name: 'shop.Stock/Get',
    kind: SpanKind.client,
    startMicros: startMicros + 10_000,
    durationNanos: (callEnd - 10) * 1e6,
    resource,
  });
  return buildTree([request, call]);
}

function rankingOf(traces: Readonly<Record<string, TraceTree>>): readonly TopFinding[] {
  const top = new TopFindings();
  for (const [id, tree] of Object.entries(traces)) top.add(id, tree);
  return top.ranking();
}

const kind = 'blocked-event-loop';

test('what stood still because of others counts for the operation that blocked the loop', () => {
  const ranking = rankingOf({
    waited: blockedRequest('POST /checkout', 300, 450),
    waitedToo: blockedRequest('GET /products/:id', 200, 450),
    small: blockedRequest('GET /health', 60, 50),
    cause: blockedRequest('GET /catalog', 250, 50),
  });
  expect(ranking).toEqual([
    { service: 'gateway', operation: 'GET /catalog', kind, savableMs: 750, traces: 3, example: 'cause' },
    { service: 'gateway', operation: 'GET /health', kind, savableMs: 60, traces: 1, example: 'small' },
  ]);
});

test('where none of them is known to have done it, each stands for itself', () => {
  const ranking = rankingOf({
    first: blockedRequest('POST /checkout', 200, 450),
    second: blockedRequest('POST /checkout', 300, 450),
    other: blockedRequest('GET /products/:id', 60, 450),
  });
  expect(ranking).toEqual([
    { service: 'gateway', operation: 'POST /checkout', kind, savableMs: 500, traces: 2, example: 'second' },
    { service: 'gateway', operation: 'GET /products/:id', kind, savableMs: 60, traces: 1, example: 'other' },
  ]);
});
