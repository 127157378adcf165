import type { Finding } from '@spanwise/analysis';
import { formatDuration } from '../../../model/durations.ts';
import type { TraceModel } from '../../../model/trace-model.ts';
import { findingsWords } from '../../../words/en/findings.ts';
import { useSection } from '../../../words/language.tsx';

interface FindingSpeech {
  readonly kindName: string;
  /** Without the final stop. */
  readonly sentence: string;
  /** What could be saved. */
  readonly saved: string;
  /** That, and how it was computed. */
  readonly savedHow: string;
}

/** A finding in words. */
export function useFindingSpeech({ tree }: TraceModel, finding: Finding): FindingSpeech {
  const own = useSection('findings', findingsWords);
  const duration = formatDuration(finding.savableMs * 1e6);
  return {
    kindName: own.kindName(finding.kind),
    sentence: own.sentence(finding, tree),
    saved: finding.savableMs > 0 ? own.saved(duration) : own.savesNothing,
    savedHow: finding.savableMs > 0 ? own.savedHow(duration, own.how(finding.savableHow)) : own.savesNothing,
  };
}
