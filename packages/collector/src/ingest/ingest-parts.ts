import type { FaultReport } from '../http/answer-errors.ts';
import type { CallerCheck } from '../http/caller-check.ts';
import type { IngestCounters } from './ingest-counters.ts';
import type { SpanIntake } from './span-intake.ts';

/** What every way in shares. */
export interface IngestParts {
  readonly intake: SpanIntake;
  readonly counters: IngestCounters;
  readonly check: CallerCheck;
  readonly report: FaultReport;
}
