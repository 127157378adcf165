import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { silentLogger } from '../logger.ts';
import { finishedSpan } from '../fixtures/finished-span.ts';
import { ManualTimers } from '../fixtures/manual-timers.ts';
import { ManualTransport, settled } from '../fixtures/manual-transport.ts';
import { batchReporter } from './batch-reporter.ts';
import type { Reporter } from './recorder.ts';
import type { TransportOutcome } from './transport.ts';

type Step =
  | { readonly kind: 'finish'; readonly count: number; readonly length: number }
  | { readonly kind: 'advance'; readonly millis: number }
  | { readonly kind: 'answer'; readonly outcome: TransportOutcome }
  | { readonly kind: 'break' }
  | { readonly kind: 'flush' }
  | { readonly kind: 'close' };

const outcomes: fc.Arbitrary<TransportOutcome> = fc.oneof(
  fc.record({
    kind: fc.constant('delivered' as const),
    rejectedSpans: fc.integer({ min: 0, max: 6 }),
    message: fc.constant(''),
  }),
  fc.record({
    kind: fc.constant('retry' as const),
    message: fc.constant('503'),
    retryAfterMillis: fc.option(fc.integer({ min: 0, max: 5000 }), { nil: undefined }),
  }),
  fc.constant({ kind: 'refused' as const, message: '400' }),
  fc.constant({ kind: 'handed-off' as const }),
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('finish' as const),
      count: fc.integer({ min: 1, max: 9 }),
      length: fc.constantFrom(1, 300, 5000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), millis: fc.constantFrom(1, 50, 400, 3000, 40_000) }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('answer' as const), outcome: outcomes }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'break' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'flush' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'close' as const }) },
);

function assertAddsUp(reporter: Reporter, finished: number): void {
  const { accepted, queued, inFlight, spooled, delivered, handedOff, givenUp, heldBytes } = reporter.stats();
  const columns = [queued, inFlight, spooled, delivered, handedOff, ...Object.values(givenUp)];
  expect(accepted).toBe(finished);
  expect(columns.reduce((sum, count) => sum + count, 0)).toBe(accepted);
  expect(Math.min(...columns)).toBeGreaterThanOrEqual(0);
  expect(queued + inFlight).toBeLessThanOrEqual(20);
  expect(heldBytes > 0).toBe(queued + inFlight > 0);
}

it('accounts for every span after every step, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { maxLength: 60 }),
      fc.integer({ min: 1, max: 3 }),
      async (sequence, concurrency) => {
        const transport = new ManualTransport();
        const timers = new ManualTimers();
        const reporter = batchReporter({
          encoder: new OtlpProtobufEncoder(),
          transport,
          timers,
          logger: silentLogger,
          random: () => 0.5,
          maxBatchSpans: 4,
          maxBatchBytes: 4096,
          maxQueueSpans: 20,
          maxQueueBytes: 12_000,
          maxConcurrentExports: concurrency,
          retry: { initialDelayMillis: 100, maxDelayMillis: 1000, giveUpAfterMillis: 5000 },
        });
        let finished = 0;
        const promises: Promise<void>[] = [];
        for (const step of sequence) {
          if (step.kind === 'finish') {
            for (let index = 0; index < step.count; index++)
              reporter.finish(finishedSpan({ name: 'x'.repeat(step.length) }));
            finished += step.count;
          } else if (step.kind === 'advance') timers.advance(step.millis);
          else if (step.kind === 'answer') await transport.answer(step.outcome);
          else if (step.kind === 'break') await transport.breakDown(new Error('reset'));
          else if (step.kind === 'flush') promises.push(reporter.flush());
          else promises.push(reporter.close());
          await settled();
          assertAddsUp(reporter, finished);
          expect(transport.open.length).toBeLessThanOrEqual(
            step.kind === 'close' ? Infinity : concurrency + transport.closed * 99,
          );
        }
        // Every flush and close settles by its deadline, and a closed reporter holds nothing.
        promises.push(reporter.close());
        await settled();
        timers.advance(5000);
        await Promise.all(promises);
        assertAddsUp(reporter, finished);
        expect(reporter.stats()).toMatchObject({ queued: 0, inFlight: 0, heldBytes: 0 });
        expect(timers.pending).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
