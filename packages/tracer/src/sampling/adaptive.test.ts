import { describe, expect, it } from 'vitest';

import { ManualClock } from '../fixtures/manual-clock.ts';
import { keptBy } from '../fixtures/sampled-traces.ts';
import { testTracer } from '../fixtures/test-tracer.ts';
import { SeededIds } from '../ids/seeded-ids.ts';
import type { AdaptiveOptions } from './adaptive.ts';
import { adaptiveSampler } from './adaptive.ts';
import { parentWith, request, samplerCases } from './sampler.conformance.ts';
import type { Sampler, SamplingDecision } from './sampler.ts';

describe.each([false, true])('adaptiveSampler as a Sampler, per operation: %s', (perOperation) => {
  const create = (): Sampler =>
    adaptiveSampler({ targetSpansPerSecond: 1, perOperation, initialProbability: 0.5, clock: new ManualClock() });
  for (const { name, run } of samplerCases(create)) it(name, run);
});

interface Traffic {
  /** Traces that start in a second, by the name of their roots. */
  readonly perSecond: Readonly<Record<string, number>>;
  readonly spansPerTrace?: number;
}

/** An adaptive sampler and the seeded traffic that it decides on. */
class Simulation {
  readonly #clock = new ManualClock();
  readonly #ids: SeededIds;
  readonly #sampler: Sampler;

  constructor(options: Omit<AdaptiveOptions, 'clock'>, seed = 1) {
    this.#sampler = adaptiveSampler({ ...options, clock: this.#clock });
    this.#ids = new SeededIds(seed);
  }

  /** Lets the traffic flow, in steps of 10 ms, with chance for the number of traces in each. */
  run(seconds: number, { perSecond, spansPerTrace = 1 }: Traffic): { spans: number; traces: Record<string, number> } {
    const traces: Record<string, number> = {};
    let spans = 0;
    for (let step = 0; step < seconds * 100; step++) {
      this.#clock.advance(10);
      for (const [name, rate] of Object.entries(perSecond)) {
        for (let count = this.#arrivals(rate / 100); count > 0; count--) {
          if (!this.decide(name).sampled) continue;
          traces[name] = (traces[name] ?? 0) + 1;
          spans += spansPerTrace;
          for (let child = 1; child < spansPerTrace; child++) this.#sampler.sample(request(), parentWith(1));
        }
      }
    }
    return { spans, traces };
  }

  decide(name: string): SamplingDecision {
    return this.#sampler.sample(
      request({ name, traceId2: this.#ids.nextWord(), traceId3: this.#ids.nextWord() }),
      undefined,
    );
  }

  /** The one of this window: asks until a trace is sampled. */
  probability(name: string): number {
    for (;;) {
      const { sampled, attributes } = this.decide(name);
      if (sampled) return Number(attributes[3]);
    }
  }

  remote(seconds: number, perSecond: number): void {
    for (let step = 0; step < seconds * 100; step++) {
      this.#clock.advance(10);
      this.decide('own');
      for (let count = this.#arrivals(perSecond / 100); count > 0; count--) {
        this.#sampler.sample(request(), parentWith(1, { isRemote: true }));
      }
    }
  }

  /** The whole part, and one more with the chance of the rest. */
  #arrivals(mean: number): number {
    return Math.floor(mean) + ((this.#ids.nextWord() >>> 0) / 2 ** 32 < mean % 1 ? 1 : 0);
  }
}

/**
 * Whether so many traces, of `spansPerTrace` each, are what the target gives, within five standard deviations of a
 * Poisson count. One percent more, because the mean of inverse rates is above the inverse of their mean.
 */
function isOnTarget(spans: number, target: number, spansPerTrace = 1): boolean {
  const [traces, expected] = [spans / spansPerTrace, target / spansPerTrace];
  return Math.abs(traces - expected) < 5 * Math.sqrt(expected) + expected * 0.01;
}

it('samples all while traffic is below the target', () => {
  const { spans } = new Simulation({ targetSpansPerSecond: 100 }).run(60, { perSecond: { get: 50 } });
  expect(Math.abs(spans - 3000)).toBeLessThan(5 * Math.sqrt(3000));
});

describe('above the target it records the target', () => {
  it.each([
    [100, 1000, 1],
    [100, 10_000, 1],
    [100, 200, 10],
    [10, 50, 20],
    [1, 100, 5],
  ])('of %d spans/s, at %d traces/s of %d spans', (target, perSecond, spansPerTrace) => {
    const simulation = new Simulation({ targetSpansPerSecond: target });
    simulation.run(20, { perSecond: { get: perSecond }, spansPerTrace });
    const seconds = perSecond > 1000 ? 60 : 600;
    const { spans } = simulation.run(seconds, { perSecond: { get: perSecond }, spansPerTrace });
    expect(isOnTarget(spans, target * seconds, spansPerTrace)).toBe(true);
  });
});

it('follows traffic down and up again', () => {
  const simulation = new Simulation({ targetSpansPerSecond: 100 });
  for (const perSecond of [1000, 150, 5000, 300]) {
    simulation.run(10, { perSecond: { get: perSecond } });
    const { spans } = simulation.run(60, { perSecond: { get: perSecond } });
    expect(isOnTarget(spans, 6000)).toBe(true);
  }
});

it('follows when traces become larger, and smaller again', () => {
  const simulation = new Simulation({ targetSpansPerSecond: 100 });
  for (const spansPerTrace of [1, 20, 2]) {
    simulation.run(60, { perSecond: { get: 500 }, spansPerTrace });
    const { spans } = simulation.run(60, { perSecond: { get: 500 }, spansPerTrace });
    expect(isOnTarget(spans, 6000, spansPerTrace)).toBe(true);
  }
});

it.each([1, 2, 3, 4, 5])(
  'meets the target soon after traces became fifty times as large, or as small: seed %d',
  (seed) => {
    const simulation = new Simulation({ targetSpansPerSecond: 100 }, seed);
    simulation.run(60, { perSecond: { get: 1000 }, spansPerTrace: 4 });
    for (const spansPerTrace of [200, 4]) {
      simulation.run(15, { perSecond: { get: 1000 }, spansPerTrace });
      const { spans } = simulation.run(20, { perSecond: { get: 1000 }, spansPerTrace });
      expect(spans).toBeGreaterThan(2000 / 2);
      expect(spans).toBeLessThan(2000 * 2);
    }
  },
);

it('ends a window early when traffic grows a hundredfold, so that it does not record a second of it', () => {
  const simulation = new Simulation({ targetSpansPerSecond: 100 });
  simulation.run(30, { perSecond: { get: 100 } });
  const { spans } = simulation.run(1, { perSecond: { get: 10_000 } });
  expect(spans).toBeGreaterThan(100);
  expect(spans).toBeLessThan(1400);
});

it.each([
  [1000, 5, 8],
  [10_000, 8, 11],
])(
  'after a fall from %d to 100 traces/s it is at half its target within %d windows, at nine tenths within %d',
  (before, half, most) => {
    const after = (windows: number): number => {
      const simulation = new Simulation({ targetSpansPerSecond: 100 });
      simulation.run(20, { perSecond: { get: before } });
      simulation.run(windows, { perSecond: { get: 100 } });
      return simulation.probability('get');
    };
    // The first window has some of the traffic before.
    expect(after(half - 2)).toBeLessThan(0.5);
    expect(after(half)).toBeGreaterThan(0.5);
    expect(after(most - 2)).toBeLessThan(0.9);
    expect(after(most)).toBeGreaterThan(0.9);
  },
);

it('is not thrown off by a pause: all of what comes after it is a little', () => {
  const simulation = new Simulation({ targetSpansPerSecond: 10 });
  simulation.run(10, { perSecond: { get: 1000 } });
  simulation.run(60, { perSecond: {} });
  simulation.run(2, { perSecond: { get: 5 } });
  const { spans } = simulation.run(60, { perSecond: { get: 5 } });
  expect(Math.abs(spans - 300)).toBeLessThan(5 * Math.sqrt(300));
});

describe('what it writes', () => {
  it('is the threshold of its probability, by which weights sum up to the traffic', () => {
    const simulation = new Simulation({ targetSpansPerSecond: 100 });
    simulation.run(20, { perSecond: { get: 2000 } });
    let [asked, weight, variance] = [0, 0, 0];
    for (let second = 0; second < 60; second++) {
      simulation.run(1, { perSecond: { get: 2000 } });
      for (let trace = 0; trace < 500; trace++) {
        const { sampled, threshold, attributes } = simulation.decide('get');
        asked += 1;
        if (!sampled) continue;
        const probability = keptBy(threshold!);
        expect(attributes).toEqual(['sampler.type', 'adaptive', 'sampler.param', expect.closeTo(probability, 12)]);
        weight += 1 / probability;
        variance += (1 - probability) / probability ** 2;
      }
    }
    expect(Math.abs(weight - asked)).toBeLessThan(5 * Math.sqrt(variance));
  });

  it('keeps nested sets with another target', () => {
    const [low, high] = [10, 100].map((target) => new Simulation({ targetSpansPerSecond: target }, 3));
    for (let second = 0; second < 30; second++) {
      for (const simulation of [low!, high!]) simulation.run(1, { perSecond: { get: 2000 } });
      for (let trace = 0; trace < 100; trace++) {
        const [fewer, more] = [low!.decide('get'), high!.decide('get')];
        if (fewer.sampled) expect(more.sampled).toBe(true);
      }
    }
  });
});

it('takes over what parents decided, and hands thresholds on', () => {
  const sampler = adaptiveSampler({ targetSpansPerSecond: 1, initialProbability: 0, clock: new ManualClock() });
  expect(sampler.sample(request(), parentWith(1))).toMatchObject({ sampled: true, threshold: undefined });
  expect(sampler.sample(request(), parentWith(0)).sampled).toBe(false);
  expect(sampler.sample(request(), parentWith(0, { samplingKnown: false })).sampled).toBe(false);
});

it('leaves what callers have sampled out of its own share, down to nothing', () => {
  const simulation = new Simulation({ targetSpansPerSecond: 100 });
  simulation.remote(30, 60);
  const { traces } = simulation.run(1, { perSecond: { own: 10_000 } });
  expect(traces['own'] ?? 0).toBeLessThan(2500);
  simulation.remote(30, 500);
  for (let trace = 0; trace < 1000; trace++) expect(simulation.decide('own').sampled).toBe(false);
});

describe('per operation', () => {
  it('shares the target evenly, and what one does not need goes to the others', () => {
    const simulation = new Simulation({ targetSpansPerSecond: 100, perOperation: true });
    const traffic = { perSecond: { busy: 2000, brisk: 500, rare: 5 } };
    simulation.run(20, traffic);
    const { spans, traces } = simulation.run(300, traffic);
    expect(isOnTarget(spans, 30_000)).toBe(true);
    expect(Math.abs(traces['rare']! - 1500)).toBeLessThan(5 * Math.sqrt(1500));
    for (const name of ['busy', 'brisk']) expect(isOnTarget(traces[name]!, 47.5 * 300)).toBe(true);
  });

  it('forgets operations that start no more traces, so that others have their places', () => {
    const simulation = new Simulation({ targetSpansPerSecond: 100, perOperation: true, maxOperations: 1 });
    simulation.run(10, { perSecond: { gone: 100 } });
    const { traces } = simulation.run(120, { perSecond: { rare: 5, busy: 2000 } });
    // All but those of the first seconds; as one with the busy it would be one in twenty.
    expect(traces['rare']).toBeGreaterThan(100 * 5 - 5 * Math.sqrt(500));
  });

  it('takes all operations beyond the limit for one, so that memory is bounded', () => {
    const simulation = new Simulation({ targetSpansPerSecond: 100, perOperation: true, maxOperations: 1 });
    const traffic = { perSecond: { first: 1000, second: 1000, third: 1000 } };
    simulation.run(20, traffic);
    const { traces } = simulation.run(120, traffic);
    expect(isOnTarget(traces['first']!, 50 * 120)).toBe(true);
    for (const name of ['second', 'third']) expect(isOnTarget(traces[name]!, 25 * 120)).toBe(true);
  });

  it('holds its target when every trace has a name of its own', () => {
    const simulation = new Simulation({ targetSpansPerSecond: 100, perOperation: true, maxOperations: 100_000 });
    let name = 0;
    let spans = 0;
    for (let second = 0; second < 60; second++) {
      simulation.run(0.01, { perSecond: {} });
      for (let step = 0; step < 99; step++) {
        const perSecond = Object.fromEntries(Array.from({ length: 20 }, () => [`get ${name++}`, 100]));
        const counted = simulation.run(0.01, { perSecond });
        if (second >= 20) spans += counted.spans;
      }
    }
    expect(spans / 40).toBeLessThan(110);
  });
});

it('counts the spans of a whole tracer: a root and its children', () => {
  const clock = new ManualClock();
  const { tracer, recorder } = testTracer({ clock, sampler: adaptiveSampler({ targetSpansPerSecond: 50, clock }) });
  for (let step = 0; step < 6000; step++) {
    clock.advance(10);
    for (let trace = 0; trace < 2; trace++) {
      const root = tracer.startSpan('root', { ignoreActiveSpan: true });
      for (let child = 0; child < 4; child++) tracer.startSpan('child', { childOf: root }).finish();
      root.finish();
    }
    if (step === 1999) recorder.clear();
  }
  // 40 s of 200 traces/s, of five spans each.
  expect(isOnTarget(recorder.records.length, 50 * 40, 5)).toBe(true);
});

describe('options', () => {
  it.each<Partial<AdaptiveOptions>>([
    { targetSpansPerSecond: Number.MIN_VALUE },
    { maxOperations: 1 },
    { windowMillis: 10 },
    { windowMillis: 3_600_000 },
    { initialProbability: 0 },
    { perOperation: true },
  ])('%o are accepted', (options) => {
    expect(() => adaptiveSampler({ targetSpansPerSecond: 1, ...options })).not.toThrow();
  });

  it.each<[string, object]>([
    [
      ': targetSpansPerSecond must be a number of spans per second above 0, such as 100; it was 0',
      { targetSpansPerSecond: 0 },
    ],
    [': targetSpansPerSecond must be a number of spans per second above 0', { targetSpansPerSecond: Infinity }],
    [': targetSpansPerSecond must be a number of spans per second above 0', { targetSpansPerSecond: '1' }],
    [': maxOperations must be a whole number of at least 1 (leave it out for 500); it was 0', { maxOperations: 0 }],
    [': windowMillis must be a whole number from 10 to 3600000 (leave it out for 1000); it was 9', { windowMillis: 9 }],
    [': windowMillis must be', { windowMillis: 3_600_001 }],
    [': initialProbability must be a number from 0 (none) to 1 (all); it was 2', { initialProbability: 2 }],
    [': perOperation must be true or false (leave it out for false); it was "get"', { perOperation: 'get' }],
    [' knows only the options targetSpansPerSecond, perOperation,', { target: 1 }],
  ])('are refused: adaptiveSampler%s', (message, options) => {
    expect(() => adaptiveSampler({ targetSpansPerSecond: 1, ...options })).toThrow(`adaptiveSampler${message}`);
  });
});
