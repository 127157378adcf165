import { killRounds } from '../kill-rounds.ts';
import { numberArgument } from './report.ts';
import type { Soak } from './report.ts';

/** Rounds of kill -9: every acknowledged span is there exactly once, and the shop never failed. */
export const soakKill: Soak = async (args, progress) => {
  const report = await killRounds(numberArgument(args, 'rounds', 20), progress);
  const { missing, doubled, shopFailures } = report;
  return {
    holds: missing.length === 0 && doubled.length === 0 && shopFailures === 0,
    lines: [
      `- ${report.rounds} rounds, ${report.spansAcknowledged} spans acknowledged in ${report.tracesAcknowledged} traces, ${report.attempts} attempts`,
      `- traces with a span missing: ${missing.length}; with a span twice: ${doubled.length}`,
      `- the shop answered ${report.shopRequests} requests, ${shopFailures} failed`,
    ],
  };
};
