import { detectBlockedLoops } from './detect-blocked-loops.ts';
import { detectClockTrouble } from './detect-clock-trouble.ts';
import { detectErrorOrigins } from './detect-error-origins.ts';
import { detectIdleTransactions } from './detect-idle-transactions.ts';
import { detectLockWaits } from './detect-lock-waits.ts';
import { detectNPlusOne } from './detect-n-plus-one.ts';
import { detectQueueWaits } from './detect-queue-waits.ts';
import { detectRepeatedCalls } from './detect-repeated-calls.ts';
import { detectRetries } from './detect-retries.ts';
import { detectSequentialCalls } from './detect-sequential-calls.ts';
import { detectStragglers } from './detect-stragglers.ts';
import { detectTimeOuts } from './detect-time-outs.ts';
import { detectUncoveredTime } from './detect-uncovered-time.ts';
import type { Detector } from './trace-evidence.ts';

/**
 * All detectors. Those that say most about a span come first: later ones leave out what has been told.
 *
 * - Spans: retries, N+1, repeated and sequential calls claim theirs. Repeated calls leave out those of the first two,
 *   sequential calls those of the first three, time-outs all of them. N+1 asks for no claims: failed attempts are no part of a
 *   loop anyway.
 * - Time: retries, time-outs, waits for locks and in queues, idle transactions, blocked loops (also those that nobody is blamed for) and
 *   stragglers explain theirs. Uncovered time leaves out what they explain, and comes last.
 *
 * The others read nothing of what stands before them.
 */
export const detectors: readonly Detector[] = [
  detectRetries,
  detectNPlusOne,
  detectRepeatedCalls,
  detectSequentialCalls,
  detectTimeOuts,
  detectLockWaits,
  detectQueueWaits,
  detectIdleTransactions,
  detectBlockedLoops,
  detectStragglers,
  detectErrorOrigins,
  detectClockTrouble,
  detectUncoveredTime,
];
