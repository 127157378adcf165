import type { SpanRecord } from '@spanwise/wire';
import { describe, expect, it } from 'vitest';

import { finishedSpan } from '../fixtures/finished-span.ts';
import type { Recorder, Reporter, ReporterStats } from './recorder.ts';

/** What the suite needs to know of a recorder. */
export interface RecorderUnderTest<Type extends Recorder> {
  readonly recorder: Type;
  /** Names of the spans that arrived, in order. */
  readonly arrived: () => readonly string[];
}

/** The contract of `Recorder`; every implementation runs it, and others' may. */
export function recorderConformance(
  name: string,
  create: () => RecorderUnderTest<Recorder>,
  settle: (recorder: Recorder) => Promise<void> = async () => {},
): void {
  describe(`${name} as a Recorder`, () => {
    it('takes every span once, in the order in which they finish', async () => {
      const { recorder, arrived } = create();
      for (const span of ['a', 'b', 'c']) recorder.finish(finishedSpan({ name: span }));
      await settle(recorder);
      expect(arrived()).toEqual(['a', 'b', 'c']);
    });

    it('does not change a record', async () => {
      const { recorder } = create();
      const record = deepFrozen(finishedSpan({ attributes: ['key', ['value']] }));
      const before = structuredClone(record);
      expect(() => recorder.finish(record)).not.toThrow();
      await settle(recorder);
      expect(record).toEqual(before);
    });
  });
}

/**
 * The contract of `Reporter`, which is a `Recorder` that accounts for each span. The backend
 * under test takes everything.
 */
export function reporterConformance(name: string, create: () => RecorderUnderTest<Reporter>): void {
  recorderConformance(name, create, (recorder) => (recorder as Reporter).flush());

  describe(`${name} as a Reporter`, () => {
    it('accounts for every span at every moment', async () => {
      const { recorder } = create();
      expectBalance(recorder.stats(), 0);
      for (let count = 1; count <= 20; count++) {
        recorder.finish(finishedSpan());
        expectBalance(recorder.stats(), count);
      }
      const flushed = recorder.flush();
      expectBalance(recorder.stats(), 20);
      await flushed;
      const { queued, inFlight, spooled } = recorder.stats();
      expect([queued, inFlight, spooled]).toEqual([0, 0, 0]);
      expectBalance(recorder.stats(), 20);
    });

    it('sends what came before close, and gives up what comes after it', async () => {
      const { recorder, arrived } = create();
      recorder.finish(finishedSpan({ name: 'before' }));
      const closed = recorder.close();
      recorder.finish(finishedSpan({ name: 'after' }));
      await closed;
      recorder.finish(finishedSpan({ name: 'long after' }));
      expect(arrived()).toEqual(['before']);
      const stats = recorder.stats();
      expect([stats.queued, stats.inFlight, stats.spooled, stats.heldBytes]).toEqual([0, 0, 0, 0]);
      expect(sumOf(stats.givenUp)).toBe(2);
      expectBalance(stats, 3);
    });

    it('closes once, and flushes when closed', async () => {
      const { recorder } = create();
      expect(recorder.close()).toBe(recorder.close());
      await recorder.close();
      await recorder.flush();
    });

    it.each([-1, 0.5, Number.NaN, 2 ** 31, '5' as never])(
      'refuses the deadline %s and goes on',
      async (deadlineMillis) => {
        const { recorder, arrived } = create();
        await expect(recorder.flush({ deadlineMillis })).rejects.toThrow('deadlineMillis must be a whole number');
        await expect(recorder.close({ deadlineMillis })).rejects.toThrow('deadlineMillis must be a whole number');
        recorder.finish(finishedSpan({ name: 'after' }));
        await recorder.close({ deadlineMillis: 2 ** 31 - 1 });
        expect(arrived()).toEqual(['after']);
        await expect(recorder.close({ deadlineMillis })).rejects.toThrow('deadlineMillis must be a whole number');
      },
    );

    it('gives stats that do not change afterwards', async () => {
      const { recorder } = create();
      const before = recorder.stats();
      const copy = structuredClone(before);
      recorder.finish(finishedSpan());
      await recorder.close();
      expect(before).toEqual(copy);
    });
  });
}

function expectBalance(stats: ReporterStats, accepted: number): void {
  const { queued, inFlight, spooled, delivered, handedOff, givenUp } = stats;
  expect(stats.accepted).toBe(accepted);
  expect(queued + inFlight + spooled + delivered + handedOff + sumOf(givenUp)).toBe(accepted);
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function deepFrozen(record: SpanRecord): SpanRecord {
  for (const value of Object.values(record)) if (typeof value === 'object') Object.freeze(value);
  return Object.freeze({ ...record });
}
