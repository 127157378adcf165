import { setTimeout as after } from 'node:timers/promises';

import { createTracer, InMemoryRecorder } from '@spanwise/tracer';
import type { SpanwiseTracer } from '@spanwise/tracer';
import type { SpanRecord } from '@spanwise/wire';
import { attributeOf } from '@spanwise/wire';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { NodeRuntimeProbe } from './node-runtime-probe.ts';

let recorder: InMemoryRecorder;
let tracer: SpanwiseTracer;

beforeEach(() => {
  recorder = new InMemoryRecorder();
  tracer = createTracer({ serviceName: 'test', recorders: [recorder], runtimeProbe: new NodeRuntimeProbe() });
});
afterEach(() => tracer.close());

/** The record of a span of that name. */
function recordOf(name: string): SpanRecord {
  return recorder.records.find((record) => record.name === name)!;
}

function noted(name: string): Record<'blocked' | 'gc' | 'cpu', unknown> {
  const { attributes } = recordOf(name);
  const [blocked, gc, cpu] = ['eventloop.blocked_ms', 'gc_ms', 'cpu_ms'].map((key) =>
    attributeOf(attributes, `spanwise.${key}`),
  );
  return { blocked, gc, cpu };
}

/** Uses the processor and gives nothing else a turn. */
function loopFor(millis: number): void {
  const until = performance.now() + millis;
  while (performance.now() < until);
}

test('a loop of 200 ms elsewhere is named in the trace of a request at the same time', async () => {
  await Promise.all([
    tracer.withActiveSpan('request', () => after(50)),
    after(10).then(() => tracer.withActiveSpan('elsewhere', () => loopFor(200))),
  ]);
  const { blocked, cpu } = noted('request');
  expect(blocked).toBeGreaterThan(150);
  expect(cpu).toBeGreaterThan(0);
  const [log] = recordOf('request').events;
  expect(log).toMatchObject({ name: 'event loop blocked', attributes: ['duration_ms', expect.any(Number)] });
  expect(attributeOf(log!.attributes, 'duration_ms')).toBeGreaterThan(150);
  expect(noted('elsewhere').blocked).toBeGreaterThan(150);
});

test('a request that only waits has no blocked loop', async () => {
  const used = process.cpuUsage();
  await tracer.withActiveSpan('request', () => after(60));
  const { user, system } = process.cpuUsage(used);
  const { blocked, cpu } = noted('request');
  // On a machine that has much else to do timers are late, and that is what it says.
  expect(blocked ?? 0).toBeLessThan(60);
  expect(cpu).toBeLessThanOrEqual((user + system) / 1000);
  expect(recordOf('request').events).toEqual([]);
});

test('garbage collection is noted', async () => {
  await tracer.withActiveSpan('request', async () => {
    let kept: unknown[] = [];
    for (let round = 0; round < 20; round++) {
      kept = Array.from({ length: 100_000 }, (_, index) => ({ index }));
      await after(1);
    }
    return kept.length;
  });
  expect(noted('request').gc).toBeGreaterThan(0);
});

test('children here note nothing; children of other processes do', () => {
  const root = tracer.startSpan('root');
  tracer.startSpan('child', { childOf: root }).finish();
  const carrier = {};
  tracer.inject(root, 'http_headers', carrier);
  tracer.startSpan('server', { childOf: tracer.extract('http_headers', carrier)! }).finish();
  root.finish();
  expect(['root', 'child', 'server'].map((name) => noted(name).cpu !== undefined)).toEqual([true, false, true]);
});

test('a span that is given its end notes nothing', () => {
  tracer.startSpan('request').finish(Date.now() + 10);
  expect(noted('request')).toEqual({ blocked: undefined, gc: undefined, cpu: undefined });
});
