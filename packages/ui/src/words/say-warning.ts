import type { TraceWarning } from '@spanwise/analysis';
import { formatDuration } from '../model/durations.ts';
import type { Words } from './en.ts';

/** One sentence about what is odd. */
export function sayWarning(words: Words, { kind, nanos }: TraceWarning): string {
  switch (kind) {
    case 'orphan':
      return words.warningOrphan;
    case 'cycle':
      return words.warningCycle;
    case 'duplicate-id':
      return words.warningDuplicateId;
    case 'unknown-start':
      return words.warningUnknownStart;
    case 'unfinished':
      return words.warningUnfinished;
    case 'negative-duration':
      return words.warningNegativeDuration(formatDuration(nanos));
    case 'clock-skew':
      return words.warningClockSkew(formatDuration(nanos));
  }
}
