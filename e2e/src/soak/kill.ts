import type { SpanDifferences } from '../compare-spans.ts';
import { killRounds } from '../kill-rounds.ts';
import { numberArgument } from './report.ts';
import type { Soak } from './report.ts';

/** Rounds of kill -9: every acknowledged span is there exactly once, and the shop never failed. */
export const soakKill: Soak = async (args, progress) => {
  const report = await killRounds(numberArgument(args, 'rounds', 20), progress);
  const { answered, stored, spansAcknowledged, spansStored, shopFailures } = report;
  const isExact = [answered, stored].every((one) => Object.values(one).every((traces) => traces.length === 0));
  return {
    holds: isExact && spansStored === spansAcknowledged && shopFailures === 0,
    lines: [
      `- ${report.rounds} rounds, ${spansAcknowledged} spans acknowledged in ${report.tracesAcknowledged} traces, ${report.attempts} attempts; ${report.tracesRepeated} traces may have been stored and were sent again`,
      `- kills met: ${Object.entries(report.phases)
        .map(([phase, count]) => `${phase} (${count})`)
        .join(', ')}`,
      `- ${spansStored} different spans in ${report.segments} segments; ${told(stored)}`,
      `- answered by id: ${told(answered)}`,
      `- the shop answered ${report.shopRequests} requests, ${shopFailures} failed`,
    ],
  };
};

function told({ missing, doubled, foreign }: SpanDifferences): string {
  return `traces with a span missing: ${missing.length}, too often: ${doubled.length}, that nobody sent: ${foreign.length}`;
}
