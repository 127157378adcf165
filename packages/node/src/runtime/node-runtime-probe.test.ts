import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as after } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { createTracer, InMemoryRecorder } from '@spanwise/tracer';
import type { SpanwiseTracer } from '@spanwise/tracer';
import type { SpanRecord } from '@spanwise/wire';
import { attributeOf } from '@spanwise/wire';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { NodeRuntimeProbe } from '../index.ts';
import { LateTimers } from './fixtures/late-timers.ts';

let recorder: InMemoryRecorder;
let timers: LateTimers;
let tracer: SpanwiseTracer;

function tracerWith(runtimeProbe: NodeRuntimeProbe): SpanwiseTracer {
  return createTracer({ serviceName: 'test', recorders: [recorder], runtimeProbe });
}

beforeEach(() => {
  recorder = new InMemoryRecorder();
  timers = new LateTimers();
  tracer = tracerWith(new NodeRuntimeProbe(timers));
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

/** Of each log: when it was, in milliseconds of the test's timers, and how long the block took. */
function logsOf(name: string): unknown[] {
  return recordOf(name).events.map((log) => {
    expect(log.name).toBe('event loop blocked');
    return [log.timeMicros / 1000 - 1_700_000_000_000, attributeOf(log.attributes, 'duration_ms')];
  });
}

/** Uses the processor and gives nothing else a turn. */
function loopFor(millis: number): void {
  const until = performance.now() + millis;
  while (performance.now() < until);
}

/** Settles when Node has told of a collection that was forced. */
function collection(): Promise<unknown> {
  setFlagsFromString('--expose-gc');
  const told = new Promise<void>((resolve) => {
    const observer = new PerformanceObserver(() => {
      observer.disconnect();
      resolve();
    });
    observer.observe({ entryTypes: ['gc'] });
  });
  runInNewContext('gc')();
  return told;
}

// The one with the process's own clock and loop.
test('a loop of 200 ms elsewhere is named in the trace of a request at the same time', async () => {
  const real = tracerWith(new NodeRuntimeProbe());
  await Promise.all([
    real.withActiveSpan('request', () => after(50)),
    after(10).then(() => real.withActiveSpan('elsewhere', () => loopFor(200))),
  ]);
  await real.close();
  const { blocked, cpu } = noted('request');
  expect(blocked).toBeGreaterThan(150);
  expect(cpu).toBeGreaterThan(0);
  const [log] = recordOf('request').events;
  const number: unknown = expect.any(Number);
  expect(log).toMatchObject({ name: 'event loop blocked', attributes: ['duration_ms', number, 'cpu_ms', number] });
  expect(attributeOf(log!.attributes, 'duration_ms')).toBeGreaterThan(150);
  expect(attributeOf(log!.attributes, 'cpu_ms')).toBeGreaterThan(0);
  expect(noted('elsewhere').blocked).toBeGreaterThan(150);
});

test('the blocks of its time are added up, and those of 50 ms and more have logs, which say when', () => {
  const request = tracer.startSpan('request');
  timers.fireAfter(10 + 49.875);
  timers.fireAfter(10 + 50);
  timers.now += 10 + 200.25;
  request.finish();
  expect(noted('request').blocked).toBe(49.875 + 50 + 200.25);
  expect(logsOf('request')).toEqual([
    [1129.875, 200.25],
    [1069.875, 50],
  ]);
});

test('the eight newest have logs, and all are counted', () => {
  const request = tracer.startSpan('request');
  for (let block = 0; block < 9; block++) timers.fireAfter(10 + 100);
  request.finish();
  expect(noted('request').blocked).toBe(900);
  expect(logsOf('request').at(-1)).toEqual([1000 + 110 + 10, 100]);
  expect(logsOf('request')).toHaveLength(8);
});

test('a request that only waits has no blocked loop', () => {
  const used = process.cpuUsage();
  const request = tracer.startSpan('request');
  for (let beat = 0; beat < 6; beat++) timers.fireAfter(10);
  request.finish();
  const { user, system } = process.cpuUsage(used);
  const { blocked, cpu } = noted('request');
  expect(blocked).toBeUndefined();
  expect(cpu).toBeLessThanOrEqual((user + system) / 1000);
  expect(recordOf('request').events).toEqual([]);
});

test('of the first ten seconds of work each request says how new the process is', () => {
  const atWork = (name: string): unknown => {
    tracer.startSpan(name).finish();
    return attributeOf(recordOf(name).attributes, 'spanwise.at_work_ms');
  };
  expect(atWork('first')).toBe(0);
  timers.now += 9_999.875;
  expect(atWork('last')).toBe(9_999.875);
  timers.now += 0.125;
  expect(atWork('later')).toBeUndefined();
});

test('garbage collection is noted on whoever was there', async () => {
  timers.now = 0;
  const request = tracer.startSpan('request');
  await collection();
  timers.now = performance.now();
  request.finish();
  const later = tracer.startSpan('later');
  later.finish();
  expect(noted('request').gc).toBeGreaterThan(0);
  expect(noted('later').gc).toBeUndefined();
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
