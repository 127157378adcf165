import type { TraceWarning, TraceWarningKind } from '@spanwise/analysis';
import { formatDuration } from '../model/durations.ts';
import type { WarningWords } from './en/warnings.ts';

const sentences: Readonly<Record<TraceWarningKind, (words: WarningWords, nanos: number) => string>> = {
  orphan: (words) => words.warningOrphan,
  cycle: (words) => words.warningCycle,
  'duplicate-id': (words) => words.warningDuplicateId,
  'unknown-start': (words) => words.warningUnknownStart,
  unfinished: (words) => words.warningUnfinished,
  'negative-duration': (words, nanos) => words.warningNegativeDuration(formatDuration(nanos)),
  'outside-parent': (words, nanos) => words.warningOutsideParent(formatDuration(nanos)),
  'clock-corrected': (words, nanos) => words.warningClockCorrected(formatDuration(Math.abs(nanos)), nanos > 0),
  'clock-skew': (words, nanos) => words.warningClockSkew(formatDuration(nanos)),
};

/** One sentence about what is odd. */
export function sayWarning(words: WarningWords, { kind, nanos }: TraceWarning): string {
  return sentences[kind](words, nanos);
}
