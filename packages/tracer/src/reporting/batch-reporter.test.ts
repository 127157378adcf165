import type { SpanRecord } from '@spanwise/wire';
import { decodeOtlpProtobuf } from '@spanwise/wire/otlp/decode';
import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { describe, expect, it } from 'vitest';

import { finishedSpan } from '../fixtures/finished-span.ts';
import { Logged } from '../fixtures/logged.ts';
import { ManualTimers } from '../fixtures/manual-timers.ts';
import { delivered, ManualTransport, retryLater, settled } from '../fixtures/manual-transport.ts';
import type { BatchOptions } from './batch-options.ts';
import { batchReporter } from './batch-reporter.ts';
import type { Reporter } from './recorder.ts';

interface Bench {
  readonly reporter: Reporter;
  readonly transport: ManualTransport;
  readonly timers: ManualTimers;
  readonly logger: Logged;
}

function bench(options: BatchOptions = {}): Bench {
  const transport = new ManualTransport();
  const timers = new ManualTimers();
  const logger = new Logged();
  const encoder = new OtlpProtobufEncoder();
  // The jitter's upper end, so that waits can be told.
  const reporter = batchReporter({ encoder, transport, timers, logger, random: () => 1, ...options });
  return { reporter, transport, timers, logger };
}

function finish(reporter: Reporter, count: number, parts: Partial<SpanRecord> = {}): void {
  for (let index = 0; index < count; index++) reporter.finish(finishedSpan(parts));
}

function namesIn(transport: ManualTransport): string[] {
  return transport.sent.flatMap(({ body }) => decodeOtlpProtobuf(body).spans.map(({ name }) => name));
}

describe('a transport of somebody else', () => {
  it.each([undefined, null, {}, 5])(
    'that gives %o in place of an outcome loses the batch, counted',
    async (outcome) => {
      const { reporter, transport } = bench({ maxBatchSpans: 1 });
      finish(reporter, 1);
      await transport.answer(outcome as never);
      expect(reporter.stats()).toMatchObject({ accepted: 1, inFlight: 0, givenUp: { refused: 1 } });
    },
  );

  it.each<[string, object, object]>([
    ['delivered', { kind: 'delivered', rejectedSpans: 1n }, { delivered: 1, givenUp: {} }],
    [
      'delivered',
      { kind: 'delivered', rejectedSpans: Number.NaN, message: Symbol('x') },
      { delivered: 1, givenUp: {} },
    ],
    ['handed off', { kind: 'handed-off' }, { handedOff: 1 }],
    ['refused', { kind: 'refused', message: Object.create(null) as unknown }, { givenUp: { refused: 1 } }],
    ['retried', { kind: 'retry', retryAfterMillis: 5n }, { queued: 1 }],
    [
      'retried',
      {
        get kind(): string {
          throw new Error('no');
        },
      },
      { queued: 1 },
    ],
  ])('whose outcome has odd parts: %s', async (_, outcome, stats) => {
    const { reporter, transport } = bench({ maxBatchSpans: 1 });
    finish(reporter, 1);
    await transport.answer(outcome as never);
    expect(reporter.stats()).toMatchObject({ accepted: 1, inFlight: 0, ...stats });
  });

  it('that rejects with what cannot be made into text is tried again', async () => {
    const { reporter, transport } = bench({ maxBatchSpans: 1 });
    finish(reporter, 1);
    await transport.breakDown(Object.create(null) as Error);
    expect(reporter.stats()).toMatchObject({ queued: 1, inFlight: 0 });
  });

  it('is ended by a close without time left at once, also during another close', () => {
    const { reporter, transport, logger } = bench({ maxBatchSpans: 2 });
    finish(reporter, 3);
    void reporter.close({ deadlineMillis: 5000 });
    expect(reporter.stats()).toMatchObject({ inFlight: 3 });
    void reporter.close({ deadlineMillis: 0 });
    expect(reporter.stats()).toMatchObject({ accepted: 3, inFlight: 0, queued: 0, givenUp: { shutdown: 3 } });
    expect(transport.closed).toBe(1);
    expect(logger.lines.join()).toMatch(/2 shutdown.*1 shutdown/);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('whose close %s is said, and nothing else', async (_, close) => {
    const { reporter, transport, logger } = bench();
    transport.close = close;
    await reporter.close({ deadlineMillis: 0 });
    await settled();
    expect(logger.lines).toEqual(["spanwise: the transport's close failed: Error: no"]);
  });
});

describe('when a batch leaves', () => {
  it('sends nothing before the delay, and everything at its end', () => {
    const { reporter, transport, timers } = bench({ scheduledDelayMillis: 100 });
    finish(reporter, 2, { name: 'a' });
    timers.advance(99);
    expect(transport.sent).toHaveLength(0);
    timers.advance(1);
    expect(namesIn(transport)).toEqual(['a', 'a']);
    expect(reporter.stats()).toMatchObject({ accepted: 2, queued: 0, inFlight: 2 });
  });

  it('counts the delay from the first span of a batch', () => {
    const { reporter, transport, timers } = bench({ scheduledDelayMillis: 100 });
    finish(reporter, 1);
    timers.advance(60);
    finish(reporter, 1);
    timers.advance(40);
    expect(transport.sent.map(({ spanCount }) => spanCount)).toEqual([2]);
  });

  it('sends a full batch at once', () => {
    const { reporter, transport } = bench({ maxBatchSpans: 3 });
    finish(reporter, 2);
    expect(transport.sent).toHaveLength(0);
    finish(reporter, 1);
    expect(transport.sent.map(({ spanCount }) => spanCount)).toEqual([3]);
  });

  it.each([
    [511, 511],
    [512, 512],
    [513, 512],
  ])('of a queue of %i spans, sends %i at once unless told otherwise', (maxQueueSpans, batch) => {
    const { reporter, transport } = bench({ maxQueueSpans });
    finish(reporter, batch - 1);
    expect(transport.sent).toHaveLength(0);
    finish(reporter, 1);
    expect(transport.sent.map(({ spanCount }) => spanCount)).toEqual([batch]);
  });

  it('sends a batch that has its bytes', () => {
    const { reporter, transport } = bench({ maxBatchBytes: 4096 });
    while (transport.sent.length === 0) finish(reporter, 1, { name: 'x'.repeat(500) });
    expect(transport.sent[0]!.spanCount).toBeLessThan(9);
    expect(transport.sent[0]!.body.byteLength).toBeGreaterThanOrEqual(4096);
    expect(transport.sent[0]!.body.byteLength).toBeLessThan(4096 + 700);
  });

  it('leaves no timer behind', async () => {
    const { reporter, transport, timers } = bench({ maxBatchSpans: 1 });
    finish(reporter, 1);
    await transport.answer(delivered);
    expect(timers.pending).toBe(0);
  });
});

describe('requests at once', () => {
  it('are bounded; the rest wait in order', async () => {
    const { reporter, transport } = bench({ maxBatchSpans: 1, maxConcurrentExports: 2 });
    for (const name of ['a', 'b', 'c']) finish(reporter, 1, { name });
    expect(namesIn(transport)).toEqual(['a', 'b']);
    expect(reporter.stats()).toMatchObject({ inFlight: 2, queued: 1 });
    await transport.answer(delivered);
    expect(namesIn(transport)).toEqual(['a', 'b', 'c']);
    expect(reporter.stats()).toMatchObject({ inFlight: 2, queued: 0, delivered: 1 });
  });

  it('are one while the backend fails, and more when it is back', async () => {
    const { reporter, transport, timers } = bench({ maxBatchSpans: 1, maxConcurrentExports: 3 });
    finish(reporter, 3);
    await transport.answer(retryLater());
    await transport.answer(retryLater());
    await transport.answer(retryLater());
    timers.advance(30_000);
    expect(transport.open).toHaveLength(1);
    await transport.answer(delivered);
    expect(transport.open).toHaveLength(2);
  });
});

describe('limits', () => {
  it('take maxQueueSpans spans and give up the next one, the newest', async () => {
    const { reporter, transport } = bench({ maxQueueSpans: 3, maxBatchSpans: 1, maxConcurrentExports: 1 });
    for (const name of ['a', 'b', 'c', 'd']) finish(reporter, 1, { name });
    expect(reporter.stats()).toMatchObject({ accepted: 4, inFlight: 1, queued: 2, givenUp: { 'queue-full': 1 } });
    for (let count = 0; count < 3; count++) await transport.answer(delivered);
    expect(namesIn(transport)).toEqual(['a', 'b', 'c']);
  });

  it('hold for the open batch too', () => {
    const { reporter } = bench({ maxQueueSpans: 3, maxBatchSpans: 100 });
    finish(reporter, 4);
    expect(reporter.stats()).toMatchObject({ queued: 3, givenUp: { 'queue-full': 1 } });
  });

  it('bound the bytes held', () => {
    const { reporter } = bench({ maxQueueBytes: 10_000, maxBatchSpans: 2 });
    finish(reporter, 100, { name: 'x'.repeat(1000) });
    const { heldBytes, givenUp } = reporter.stats();
    expect(heldBytes).toBeGreaterThanOrEqual(10_000);
    expect(heldBytes).toBeLessThan(11_500);
    expect(givenUp['queue-full']).toBeGreaterThan(80);
  });

  it('give up a span that is longer than a batch, alone', async () => {
    const { reporter, transport } = bench({ maxBatchBytes: 4096, maxBatchSpans: 100 });
    finish(reporter, 1, { name: 'before' });
    finish(reporter, 1, { name: 'x'.repeat(4097) });
    finish(reporter, 1, { name: 'after' });
    await Promise.race([reporter.flush(), settled()]);
    expect(namesIn(transport)).toEqual(['before', 'after']);
    expect(reporter.stats()).toMatchObject({ accepted: 3, inFlight: 2, givenUp: { oversize: 1 } });
  });

  it('let a span through that just fits a batch', () => {
    const { reporter, transport } = bench({ maxBatchBytes: 4096, maxBatchSpans: 100 });
    finish(reporter, 1, { attributes: ['k', 'x'.repeat(3900)] });
    expect(transport.sent.map(({ spanCount }) => spanCount)).toEqual([1]);
    expect(reporter.stats().givenUp).toEqual({});
  });

  it('see long text wherever it is in a span', () => {
    const event = {
      timeMicros: 0,
      timeNanos: 0,
      name: 'e',
      attributes: ['k', ['x'.repeat(5000)]],
      droppedAttributesCount: 0,
    };
    const { reporter } = bench({ maxBatchBytes: 4096, maxBatchSpans: 100 });
    finish(reporter, 1, { events: [event] });
    finish(reporter, 1, { attributes: ['k', { deep: ['x'.repeat(5000)] }] });
    finish(reporter, 1, { attributes: ['k', new Uint8Array(5000)] });
    expect(reporter.stats().givenUp).toEqual({ oversize: 3 });
  });
});

describe('retries', () => {
  it('wait twice as long after each failure, up to the limit', async () => {
    const { reporter, transport, timers } = bench({
      maxBatchSpans: 1,
      retry: { initialDelayMillis: 100, maxDelayMillis: 300 },
    });
    finish(reporter, 1);
    for (const wait of [100, 200, 300, 300]) {
      const sent = transport.sent.length;
      await transport.answer(retryLater());
      timers.advance(wait - 1);
      expect(transport.sent).toHaveLength(sent);
      timers.advance(1);
      expect(transport.sent).toHaveLength(sent + 1);
    }
    await transport.answer(delivered);
    expect(reporter.stats()).toMatchObject({ delivered: 1, queued: 0, inFlight: 0 });
  });

  it('spread over the whole wait', async () => {
    const { reporter, transport, timers } = bench({ maxBatchSpans: 1, random: () => 0.25 });
    finish(reporter, 1);
    await transport.answer(retryLater());
    timers.advance(124);
    expect(transport.sent).toHaveLength(1);
    timers.advance(1);
    expect(transport.sent).toHaveLength(2);
  });

  it('wait as long as the backend asks, and no longer than allowed', async () => {
    const { reporter, transport, timers } = bench({ maxBatchSpans: 1, retry: { maxRetryAfterMillis: 60_000 } });
    finish(reporter, 1);
    await transport.answer(retryLater(7000));
    timers.advance(6999);
    expect(transport.sent).toHaveLength(1);
    timers.advance(1);
    expect(transport.sent).toHaveLength(2);
    await transport.answer(retryLater(3_600_000));
    timers.advance(60_000);
    expect(transport.sent).toHaveLength(3);
  });

  it('send the batch that failed before those after it', async () => {
    const { reporter, transport, timers } = bench({ maxBatchSpans: 1, maxConcurrentExports: 1 });
    for (const name of ['a', 'b']) finish(reporter, 1, { name });
    await transport.answer(retryLater());
    timers.advance(500);
    await transport.answer(delivered);
    expect(namesIn(transport)).toEqual(['a', 'a', 'b']);
  });

  it('end after giveUpAfterMillis, with the reason', async () => {
    const { reporter, transport, timers, logger } = bench({ maxBatchSpans: 1, retry: { giveUpAfterMillis: 1000 } });
    finish(reporter, 1);
    await transport.answer(retryLater());
    timers.advance(999);
    await transport.answer(retryLater());
    expect(reporter.stats()).toMatchObject({ queued: 1, givenUp: {} });
    timers.advance(1000);
    await transport.answer(retryLater());
    expect(reporter.stats()).toMatchObject({ queued: 0, givenUp: { 'retries-exhausted': 1 } });
    expect(logger.lines.slice(1)).toEqual([
      'spanwise: spans lost on the way to the backend: 1 retries-exhausted; last answer: 503 Service Unavailable',
    ]);
  });

  it('treat a transport that breaks its contract as an unreachable backend', async () => {
    const { reporter, transport, timers } = bench({ maxBatchSpans: 1 });
    finish(reporter, 1);
    await transport.breakDown(new Error('not my fault'));
    expect(reporter.stats()).toMatchObject({ queued: 1 });
    timers.advance(500);
    await transport.answer(delivered);
    expect(reporter.stats()).toMatchObject({ delivered: 1 });
  });
});

describe('answers', () => {
  it('count what the backend refused of a batch it took', async () => {
    const { reporter, transport, logger } = bench({ maxBatchSpans: 3 });
    finish(reporter, 3);
    await transport.answer({ kind: 'delivered', rejectedSpans: 2, message: 'no trace id' });
    expect(reporter.stats()).toMatchObject({ delivered: 1, givenUp: { rejected: 2 } });
    expect(logger.lines[0]).toContain('2 rejected; last answer: no trace id');
  });

  it.each([-1, Number.NaN, 99])('do not let the backend refuse %d of 3 spans', async (rejectedSpans) => {
    const { reporter, transport } = bench({ maxBatchSpans: 3 });
    finish(reporter, 3);
    await transport.answer({ kind: 'delivered', rejectedSpans, message: '' });
    const { delivered: count, givenUp } = reporter.stats();
    expect(count + (givenUp['rejected'] ?? 0)).toBe(3);
  });

  it('end a batch that is refused for good', async () => {
    const { reporter, transport, timers } = bench({ maxBatchSpans: 3 });
    finish(reporter, 3);
    await transport.answer({ kind: 'refused', message: '400 Bad Request' });
    timers.advance(1_000_000);
    expect(transport.sent).toHaveLength(1);
    expect(reporter.stats()).toMatchObject({ inFlight: 0, givenUp: { refused: 3 } });
  });

  it('of nobody count as handed off', async () => {
    const { reporter, transport } = bench({ maxBatchSpans: 3 });
    finish(reporter, 3);
    await transport.answer({ kind: 'handed-off' });
    expect(reporter.stats()).toMatchObject({ delivered: 0, handedOff: 3, heldBytes: 0 });
  });
});

describe('flush', () => {
  it('settles when everything before it is delivered, and not before', async () => {
    const { reporter, transport } = bench();
    finish(reporter, 1);
    let done = false;
    const flushed = reporter.flush().then(() => (done = true));
    finish(reporter, 1);
    await settled();
    expect([transport.sent.length, done]).toEqual([1, false]);
    await transport.answer(delivered);
    await flushed;
    expect(reporter.stats()).toMatchObject({ delivered: 1, queued: 1 });
  });

  it('settles at the deadline, and the spans stay', async () => {
    const { reporter, timers } = bench();
    finish(reporter, 1);
    const flushed = reporter.flush({ deadlineMillis: 50 });
    timers.advance(50);
    await flushed;
    expect(reporter.stats()).toMatchObject({ inFlight: 1 });
  });

  it('settles at once when there is nothing', async () => {
    await bench().reporter.flush();
  });

  it('settles for a batch that is given up', async () => {
    const { reporter, transport } = bench();
    finish(reporter, 1);
    const flushed = reporter.flush();
    await transport.answer({ kind: 'refused', message: '' });
    await flushed;
  });

  describe('while the backend is away', () => {
    /** After three failures, the third just now, the wait is 2 s. */
    async function awayBench(retryAfterMillis?: number): Promise<Bench> {
      const parts = bench({ maxBatchSpans: 1 });
      finish(parts.reporter, 1);
      for (const wait of [500, 1000]) {
        await parts.transport.answer(retryLater());
        parts.timers.advance(wait);
      }
      await parts.transport.answer(retryLater(retryAfterMillis));
      return parts;
    }

    it('tries again at once where the first wait after a failure is over', async () => {
      const { reporter, transport, timers } = await awayBench();
      timers.advance(500);
      const flushed = reporter.flush({ deadlineMillis: 60_000 });
      timers.advance(0);
      expect(transport.sent).toHaveLength(4);
      await transport.answer(delivered);
      await flushed;
      expect([reporter.stats().delivered, timers.pending]).toEqual([1, 0]);
    });

    it('lets no request that hangs hold up the others', async () => {
      const { reporter, transport, timers } = await awayBench();
      finish(reporter, 1, { name: 'later' });
      timers.advance(2000);
      expect(namesIn(transport).at(-1)).not.toBe('later');
      const flushed = reporter.flush({ deadlineMillis: 1000 });
      expect(namesIn(transport).at(-1)).toBe('later');
      timers.advance(1000);
      await flushed;
    });

    it('tries no sooner than the first wait after a failure, however often it is called', async () => {
      const { reporter, transport, timers } = await awayBench();
      for (let millis = 1; millis <= 499; millis++) {
        void reporter.flush({ deadlineMillis: 600 });
        timers.advance(1);
      }
      expect(transport.sent).toHaveLength(3);
      timers.advance(1);
      expect(transport.sent).toHaveLength(4);
    });

    it('is many without holding more than the spans', async () => {
      const { reporter, transport, timers } = await awayBench();
      const flushes = Array.from({ length: 2000 }, () => {
        finish(reporter, 1);
        return reporter.flush({ deadlineMillis: 60_000 });
      });
      timers.advance(500);
      while (transport.open.length > 0) await transport.answer(delivered);
      await Promise.all(flushes);
      expect(reporter.stats()).toMatchObject({ delivered: 2001, queued: 0, inFlight: 0 });
    });

    it('tries again and again until its deadline', async () => {
      const { reporter, transport, timers } = await awayBench();
      void reporter.flush({ deadlineMillis: 1600 });
      expect(transport.sent).toHaveLength(3);
      for (const sent of [4, 5, 6]) {
        timers.advance(500);
        expect(transport.sent).toHaveLength(sent);
        await transport.answer(retryLater());
      }
      timers.advance(1000);
      expect(transport.sent).toHaveLength(6);
    });

    it('tries no sooner than the backend asks', async () => {
      const { reporter, transport, timers } = await awayBench(30_000);
      void reporter.flush({ deadlineMillis: 29_999 });
      timers.advance(29_999);
      expect(transport.sent).toHaveLength(3);
      timers.advance(1);
      expect(transport.sent).toHaveLength(4);
    });
  });

  it('rejects a deadline that is none', async () => {
    await expect(bench().reporter.flush({ deadlineMillis: -1 })).rejects.toThrow('it was -1');
  });
});

describe('close', () => {
  it('delivers what it has, and counts what comes afterwards', async () => {
    const { reporter, transport, timers } = bench();
    finish(reporter, 2);
    const closed = reporter.close();
    finish(reporter, 1);
    await transport.answer(delivered);
    await closed;
    expect(reporter.stats()).toMatchObject({
      accepted: 3,
      queued: 0,
      inFlight: 0,
      delivered: 2,
      givenUp: { closed: 1 },
    });
    expect([transport.closed, timers.pending]).toEqual([1, 0]);
  });

  it('gives up at the deadline what waits and what has no answer, and ends the requests', async () => {
    const { reporter, transport, timers, logger } = bench({ maxBatchSpans: 2, maxConcurrentExports: 1 });
    finish(reporter, 5);
    const closed = reporter.close({ deadlineMillis: 100 });
    timers.advance(100);
    await closed;
    expect(reporter.stats()).toMatchObject({ queued: 0, inFlight: 0, heldBytes: 0, givenUp: { shutdown: 5 } });
    expect(transport.open[0]!.request.signal.aborted).toBe(true);
    await transport.answer(delivered);
    expect(reporter.stats()).toMatchObject({ delivered: 0, givenUp: { shutdown: 5 } });
    expect(timers.pending).toBe(0);
    expect(logger.lines.join('\n')).toMatch(/shutdown/);
  });

  it('goes on retrying until its deadline', async () => {
    const { reporter, transport, timers } = bench();
    finish(reporter, 1);
    const closed = reporter.close({ deadlineMillis: 5000 });
    await transport.answer(retryLater());
    timers.advance(500);
    await transport.answer(delivered);
    await closed;
    expect(reporter.stats()).toMatchObject({ delivered: 1 });
  });

  it('says what kept the spans from being delivered', async () => {
    const { reporter, transport, timers, logger } = bench();
    finish(reporter, 1);
    const closed = reporter.close({ deadlineMillis: 100 });
    await transport.answer(retryLater());
    timers.advance(100);
    await closed;
    expect(logger.lines.slice(1)).toEqual([
      'spanwise: spans lost on the way to the backend: 1 shutdown; last answer: 503 Service Unavailable',
    ]);
  });

  it('is the same when asked twice', async () => {
    const { reporter, transport } = bench();
    expect(reporter.close()).toBe(reporter.close());
    await reporter.close();
    expect(transport.closed).toBe(1);
  });
});

describe('the log', () => {
  it('has one line a minute, which covers all losses since the one before', () => {
    const { reporter, timers, logger } = bench({ maxQueueSpans: 1 });
    finish(reporter, 6);
    expect(logger.lines).toEqual(['spanwise: spans lost on the way to the backend: 1 queue-full']);
    timers.advance(59_999);
    finish(reporter, 1);
    expect(logger.lines).toHaveLength(1);
    timers.advance(1);
    expect(logger.lines.slice(1)).toEqual(['spanwise: spans lost on the way to the backend: 5 queue-full']);
    finish(reporter, 1);
    timers.advance(120_000);
    expect(logger.lines.slice(2)).toEqual(['spanwise: spans lost on the way to the backend: 1 queue-full']);
  });

  it('says the rest of a burst when its minute ends, without another loss', () => {
    const { reporter, timers, logger } = bench({ maxQueueSpans: 100 });
    finish(reporter, 40_000);
    timers.advance(59_999);
    expect(logger.lines).toEqual(['spanwise: spans lost on the way to the backend: 1 queue-full']);
    timers.advance(1);
    expect(logger.lines.slice(1)).toEqual(['spanwise: spans lost on the way to the backend: 39899 queue-full']);
    expect(timers.pending).toBe(0);
  });

  it('says the rest of a burst with the next loss when the timer is late', () => {
    const timers = new ManualTimers();
    let behindMillis = 0;
    const late = {
      monotonicMillis: () => timers.monotonicMillis() + behindMillis,
      wallMillis: () => timers.wallMillis(),
      schedule: (delayMillis: number, run: () => void) => timers.schedule(delayMillis, run),
    };
    const { reporter, logger } = bench({ maxQueueSpans: 1, timers: late });
    finish(reporter, 3);
    behindMillis = 60_000;
    finish(reporter, 1);
    expect(logger.lines.slice(1)).toEqual(['spanwise: spans lost on the way to the backend: 2 queue-full']);
    timers.advance(59_999);
    expect(logger.lines).toHaveLength(2);
  });

  it('says the rest of a burst at close, and leaves no timer behind', async () => {
    const { reporter, timers, logger } = bench({ maxQueueSpans: 1 });
    finish(reporter, 3);
    await reporter.close({ deadlineMillis: 0 });
    finish(reporter, 1);
    expect(timers.pending).toBe(0);
    expect(logger.lines.slice(1)).toEqual(['spanwise: spans lost on the way to the backend: 1 queue-full, 1 shutdown']);
  });

  it('says once, and at once, that a backend takes no spans now, with what came', async () => {
    const { reporter, transport, timers, logger } = bench({ maxBatchSpans: 1 });
    finish(reporter, 1);
    await transport.answer(retryLater());
    const line = 'spanwise: the backend does not take spans now: 503 Service Unavailable; they are held and sent again';
    expect(logger.lines).toEqual([line]);
    for (let minute = 0; minute < 4; minute++) {
      timers.advance(60_000);
      await transport.answer(retryLater());
    }
    expect(logger.lines).toEqual([line]);
    timers.advance(59_999);
    await transport.answer(delivered);
    expect(logger.lines).toEqual([line]);
  });

  it('says of a backend that fails, answers and fails again one line a minute', async () => {
    const { reporter, transport, timers, logger } = bench({ maxBatchSpans: 1 });
    const failAndRecover = async (): Promise<void> => {
      finish(reporter, 1);
      await transport.answer(retryLater());
      timers.advance(10_000);
      await transport.answer(delivered);
    };
    for (let turn = 0; turn < 6; turn++) await failAndRecover();
    expect(logger.lines).toHaveLength(1);
    await failAndRecover();
    expect(logger.lines).toHaveLength(2);
  });

  it('says of an outage that began in the minute of another when that minute has passed', async () => {
    const { reporter, transport, timers, logger } = bench({ maxBatchSpans: 1 });
    finish(reporter, 1);
    await transport.answer(retryLater());
    timers.advance(10_000);
    await transport.answer(delivered);
    finish(reporter, 1);
    await transport.answer(retryLater());
    expect(logger.lines).toHaveLength(1);
    timers.advance(50_000);
    await transport.answer(retryLater());
    expect(logger.lines).toHaveLength(2);
  });

  it('says nothing of sending again where a batch is tried once', async () => {
    const { reporter, transport, logger } = bench({ maxBatchSpans: 1, retry: { giveUpAfterMillis: 0 } });
    finish(reporter, 1);
    await transport.answer(retryLater());
    expect(logger.lines).toEqual([
      'spanwise: spans lost on the way to the backend: 1 retries-exhausted; last answer: 503 Service Unavailable',
    ]);
  });

  it('may throw', () => {
    const logger = {
      warn(): void {
        throw new Error('the disk is full');
      },
    };
    const { reporter } = bench({ maxQueueSpans: 1, logger });
    finish(reporter, 3);
    expect(reporter.stats().givenUp).toEqual({ 'queue-full': 2 });
  });
});

describe('an encoder that throws', () => {
  it('costs the one span', () => {
    const { reporter, transport } = bench({ maxBatchSpans: 3 });
    const poison = Object.defineProperty({}, 'field', {
      enumerable: true,
      get: () => {
        throw new Error('poison');
      },
    });
    finish(reporter, 2, { name: 'fine' });
    const resource = { ...finishedSpan().resource, attributes: ['key', poison] };
    expect(() => finish(reporter, 1, { name: 'poison', resource })).not.toThrow();
    finish(reporter, 1, { name: 'fine' });
    expect(reporter.stats()).toMatchObject({ accepted: 4, inFlight: 3, givenUp: { 'encoding-failed': 1 } });
    expect(namesIn(transport)).toEqual(['fine', 'fine', 'fine']);
  });

  it('and keeps what it had begun costs the open batch and nothing else', () => {
    class Fragile extends OtlpProtobufEncoder {
      override add(record: SpanRecord): void {
        super.add(record);
        if (record.name === 'poison') throw new Error('half written');
      }
    }
    const { reporter, transport } = bench({ maxBatchSpans: 3, encoder: new Fragile() } as BatchOptions);
    finish(reporter, 1);
    expect(() => finish(reporter, 1, { name: 'poison' })).not.toThrow();
    finish(reporter, 3, { name: 'fine' });
    expect(reporter.stats()).toMatchObject({ accepted: 5, givenUp: { 'encoding-failed': 2 } });
    expect(namesIn(transport)).toEqual(['fine', 'fine', 'fine']);
  });

  it('costs a record that cannot be read alone', () => {
    const { reporter, transport } = bench();
    const poisoned = finishedSpan();
    Object.defineProperty(poisoned, 'events', {
      get: () => {
        throw new Error('poison');
      },
    });
    finish(reporter, 1, { name: 'fine' });
    expect(() => reporter.finish(poisoned)).not.toThrow();
    expect(reporter.stats()).toMatchObject({ accepted: 2, inFlight: 1, givenUp: { 'encoding-failed': 1 } });
    expect(namesIn(transport)).toEqual(['fine']);
  });
});

describe('options', () => {
  it.each([
    [
      'maxBatchSpans',
      0,
      'batchReporter: maxBatchSpans must be a whole number of at least 1 (leave it out for 512); it was 0',
    ],
    ['maxQueueBytes', 1023, 'must be a whole number of at least 1024'],
    ['scheduledDelayMillis', 1.5, 'it was 1.5'],
    ['scheduledDelayMillis', 2 ** 31, 'must be a whole number from 0 to 2147483647'],
    ['retry', { initialDelayMillis: 2 ** 31 }, 'must be a whole number from 1 to 2147483647'],
    ['retry', { maxDelayMillis: 2 ** 31 }, 'must be a whole number from 1 to 2147483647'],
    ['retry', { maxRetryAfterMillis: 2 ** 31 }, 'must be a whole number from 0 to 2147483647'],
    ['retry', { initialDelayMillis: 100, maxDelayMillis: 99 }, 'must not be below initialDelayMillis (100); it was 99'],
  ])('throw for %s %j', (option, value, message) => {
    expect(() => bench({ [option]: value })).toThrow(message);
  });

  it('take the longest delays that a timer holds', () => {
    const longest = 2 ** 31 - 1;
    const retry = { initialDelayMillis: longest, maxDelayMillis: longest, maxRetryAfterMillis: longest };
    expect(() => bench({ scheduledDelayMillis: longest, retry })).not.toThrow();
  });

  it('throw for a missing transport', () => {
    const encoder = new OtlpProtobufEncoder();
    expect(() => batchReporter({ encoder, transport: undefined as never })).toThrow('must be a Transport');
  });
});
