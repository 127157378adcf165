import { expect, it } from 'vitest';

import { killRounds } from './kill-rounds.ts';
import type { KillReport } from './kill-rounds.ts';

it(
  'keeps every acknowledged span exactly once when the collector is killed, and the shop goes on',
  { timeout: 180_000 },
  async () => {
    const report = await killRounds(3, () => {});

    expect(report.tracesAcknowledged).toBeGreaterThanOrEqual(450);
    expect(report.attempts, 'a kill met a request in flight or a closed port').toBeGreaterThan(
      report.tracesAcknowledged,
    );
    expect(report.answered).toEqual({ missing: [], doubled: [], foreign: [] });
    expect(report.stored).toEqual({ missing: [], doubled: [], foreign: [] });
    expect(report.spansStored).toBe(report.spansAcknowledged);
    expect(report.segments).toBeGreaterThan(6);
    expect(Object.keys(report.phases).length, 'kills met different phases').toBeGreaterThanOrEqual(2);
    expect(report.shopRequests).toBeGreaterThan(20);
    expect(report.shopFailures).toBe(0);
    for (const service of ['gateway', 'orders', 'billing', 'payment', 'catalogue']) expectToAddUp(report, service);
    expect(report.counters['gateway']?.started).toBeGreaterThanOrEqual(report.shopRequests);
  },
);

function expectToAddUp(report: KillReport, service: string): void {
  const stats = report.counters[service];
  if (stats === undefined) throw new Error(`${service} gave no counters`);
  expect(stats.unsampled + stats.open + stats.finished, `${service}: spans started`).toBe(stats.started);
  for (const reporter of stats.reporters) {
    const givenUp = Object.values(reporter.givenUp).reduce((sum, count) => sum + count, 0);
    const { queued, inFlight, spooled, delivered, handedOff } = reporter;
    expect(queued + inFlight + spooled + delivered + handedOff + givenUp, `${service}: spans accepted`).toBe(
      reporter.accepted,
    );
  }
}
