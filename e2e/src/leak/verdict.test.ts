import type { ReporterStats } from '@spanwise/tracer';
import { describe, expect, it } from 'vitest';

import type { AwayFigures, LeakSample, TracerCounts } from './figures.ts';
import { awayBars, contextBars, requestBars, wrongAccounts } from './verdict.ts';
import type { Bar } from './verdict.ts';

const MB = 1e6;

type Changes = Partial<Omit<TracerCounts, 'reporters'>> & { readonly reporter?: Partial<ReporterStats> };

/** So many spans, all delivered. */
function sample(spans: number, heapBytes: number, sinkAway = false, changes: Changes = {}): LeakSample {
  const reporter: ReporterStats = {
    accepted: spans,
    queued: 0,
    inFlight: 0,
    spooled: 0,
    delivered: spans,
    handedOff: 0,
    recovered: 0,
    givenUp: {},
    heldBytes: 0,
    ...changes.reporter,
  };
  const { reporter: _, ...counts } = changes;
  return {
    heapBytes,
    sinkAway,
    application: { started: spans, unsampled: 0, open: 0 },
    tracer: {
      started: spans,
      unsampled: 0,
      open: 0,
      finished: spans,
      discarded: 0,
      unfinishedReports: 0,
      ...counts,
      reporters: [reporter],
    },
  };
}

/** Names of the bars that do not hold. */
function failed(bars: readonly Bar[]): string[] {
  return bars.filter(({ holds }) => !holds).map(({ name }) => name);
}

describe('requests', () => {
  const full = { queued: 20_480, givenUp: { 'queue-full': 10 } };
  const lost = { delivered: 190_000, givenUp: { 'queue-full': 10_000 } };

  interface Run {
    readonly away?: number;
    readonly end?: number;
    readonly before?: Partial<ReporterStats>;
    readonly last?: Partial<ReporterStats>;
  }

  function run({ away = 30 * MB, end = 15 * MB, before = {}, last = {} }: Run): string[] {
    const samples = [
      sample(100_000, 10 * MB, false, { reporter: before }),
      sample(150_000, away, true, { reporter: { ...full, delivered: 129_510 } }),
      sample(200_000, 99 * MB, false, { reporter: lost }),
      sample(400_000, end, false, { reporter: { ...lost, delivered: 390_000, ...last } }),
    ];
    return failed(requestBars({ samples, seconds: 1 }));
  }

  it('hold with five megabytes more at the end, and fail with a byte beyond', () => {
    expect(run({})).toEqual([]);
    expect(run({ end: 15 * MB + 1 })).toEqual(['heap']);
  });

  it('hold with the queue and eight megabytes while the sink is away, and fail with a byte beyond', () => {
    const most = 10 * MB + 16 * 2 ** 20 + 8 * MB;
    expect(run({ away: most })).toEqual([]);
    expect(run({ away: most + 1 })).toEqual(['heap while the sink is away']);
  });

  it('fail when spans are given up before the sink goes, or after it is back', () => {
    expect(run({ before: { delivered: 99_999, givenUp: { 'queue-full': 1 } } })).toEqual(['away, and back']);
    const more = { delivered: 389_999, givenUp: { 'queue-full': 10_001 } };
    expect(run({ last: more })).toEqual(['away, and back']);
  });

  it('let tail sampling drop what it drops', () => {
    const dropped = { delivered: 380_000, givenUp: { 'queue-full': 10_000, 'tail-sampled': 10_000 } };
    expect(run({ last: dropped })).toEqual([]);
  });

  it('hold while less than a batch waits, and fail with a batch', () => {
    expect(run({ last: { delivered: 389_489, queued: 511 } })).toEqual([]);
    expect(run({ last: { delivered: 389_488, queued: 512 } })).toEqual(['away, and back']);
  });

  it('fail when nothing was measured, or the sink was never away', () => {
    expect(failed(requestBars({ samples: [], seconds: 1 }))).toEqual(['heap']);
    expect(failed(requestBars({ samples: [sample(1, 1)], seconds: 1 }))).toEqual(['heap']);
    const samples = [sample(100, 10 * MB), sample(1_000, 10 * MB)];
    expect(failed(requestBars({ samples, seconds: 1 }))).toContain('away, and back');
  });
});

describe('contexts', () => {
  function run(heldBytes: number, releasedBytes: number, withoutSpanBytes: number | undefined): string[] {
    const first = { heldBytes: 1, releasedBytes: 1 };
    const second = { heldBytes: 50 * MB, releasedBytes: 10 * MB };
    return failed(
      contextBars({ count: 100_000, withoutSpanBytes, rounds: [first, second, { heldBytes, releasedBytes }] }),
    );
  }

  it('hold with five megabytes more than in round 2, and fail with a byte beyond', () => {
    expect(run(55 * MB, 15 * MB, 400)).toEqual([]);
    expect(run(55 * MB + 1, 15 * MB, 400)).toEqual(['heap with all of them']);
    expect(run(55 * MB, 15 * MB + 1, 400)).toEqual(['heap without them']);
    expect(run(15 * MB, 15 * MB, undefined)).toEqual([]);
    expect(run(15 * MB + 1, 15 * MB + 1, undefined)).toEqual(['heap']);
  });

  it('fail when a context costs what a finished span would', () => {
    expect(run(50 * MB, 10 * MB - 100_000_000 + 40 * MB, 0)).toEqual([]);
    expect(run(50 * MB, 10 * MB - 100_000_000 + 40 * MB - 100_000, 0)).toEqual(['a context']);
  });

  it('fail when nothing was measured', () => {
    expect(failed(contextBars({ count: 1, withoutSpanBytes: 0, rounds: [] }))).toEqual(['heap']);
  });
});

describe('the sink away for good', () => {
  const limitBytes = 16 * 2 ** 20;
  const bySpans = { reasons: ['queue-full', 'shutdown'], limit: 'spans' } as const;
  const givenUp = { 'queue-full': 79_520, shutdown: 20_480 };
  const held = { delivered: 0, queued: 20_480, givenUp: { 'queue-full': 79_520 }, heldBytes: 2 * MB };

  function figures(
    highest: number,
    queue: Partial<ReporterStats> = held,
    atClose: Partial<ReporterStats> = {},
  ): AwayFigures {
    return {
      startBytes: 8 * MB,
      samples: [sample(100_000, highest, true, { reporter: queue })],
      closed: sample(100_000, 9 * MB, true, { reporter: { delivered: 0, givenUp, ...atClose } }),
    };
  }

  it('holds at the limit of the queue and the margin, and fails with a byte beyond', () => {
    const most = 8 * MB + limitBytes + 8 * MB;
    expect(failed(awayBars(figures(most), bySpans))).toEqual([]);
    expect(failed(awayBars(figures(most + 1), bySpans))).toEqual(['heap']);
  });

  it('fails when the queue takes more than its limits, or never met the one that was meant', () => {
    const tooMany = { ...held, queued: 20_481, givenUp: { 'queue-full': 79_519 } };
    expect(failed(awayBars(figures(9 * MB, tooMany), bySpans))).toEqual(['the queue is full, by spans']);
    const byBytes = { ...bySpans, limit: 'bytes' } as const;
    expect(failed(awayBars(figures(9 * MB), byBytes))).toEqual(['the queue is full, by bytes']);
    expect(failed(awayBars(figures(9 * MB, { ...held, heldBytes: limitBytes }), byBytes))).toEqual([]);
    const tooLong = { ...held, heldBytes: limitBytes + 65_537 };
    expect(failed(awayBars(figures(9 * MB, tooLong), byBytes))).toEqual(['the queue is full, by bytes']);
  });

  it('fails when spans are left, or given up for another reason', () => {
    const left = { queued: 1, givenUp: { ...givenUp, shutdown: 20_479 } };
    expect(failed(awayBars(figures(9 * MB, held, left), bySpans))).toEqual(['all given up, by reason']);
    const other = { givenUp: { ...givenUp, shutdown: 20_479, refused: 1 } };
    expect(failed(awayBars(figures(9 * MB, held, other), bySpans))).toEqual(['all given up, by reason']);
  });
});

describe('accounts', () => {
  it.each<[Changes, string]>([
    [{ open: 1 }, 'started = unsampled + open + finished'],
    [{ started: 101, finished: 101 }, 'started as the application counts'],
    [{ unsampled: 1, finished: 99 }, 'unsampled as the application counts'],
    [{ open: 1, finished: 99 }, 'open as the application counts'],
    [{ reporter: { queued: 1 } }, 'accepted = queued + inFlight + spooled + delivered + handedOff + givenUp'],
    [{ discarded: 1 }, 'accepted = finished + unfinishedReports - discarded'],
  ])('with %j are wrong in "%s"', (changes, equation) => {
    const wrong = wrongAccounts(sample(100, MB, false, changes));
    expect(wrong.map((line) => line.split(': ')[0])).toContain(equation);
  });

  it('are right when every span is somewhere', () => {
    const givenUp = { refused: 10, rejected: 5 };
    const reporter = { queued: 20, inFlight: 10, spooled: 1, delivered: 50, handedOff: 4, givenUp };
    expect(wrongAccounts(sample(100, MB, false, { reporter }))).toEqual([]);
  });
});
