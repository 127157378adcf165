import type { Finding } from '@spanwise/analysis';
import { formatDuration } from '../../../model/durations.ts';
import type { TraceModel } from '../../../model/trace-model.ts';
import { findingsWords } from '../../../words/en/findings.ts';
import { useSection } from '../../../words/language.tsx';

interface FindingSpeech {
  readonly kindName: string;
  /** The kind and what could be saved, to stand before the sentence. */
  readonly label: string;
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
  const kindName = own.kindName(finding.kind);
  return {
    kindName,
    label: finding.savableMs > 0 ? own.labelSaving(kindName, duration) : own.label(kindName),
    sentence: own.sentence(finding, tree),
    saved: finding.savableMs > 0 ? own.saved(duration) : own.savesNothing,
    savedHow: finding.savableMs > 0 ? own.savedHow(duration, own.how(finding.savableHow)) : own.savesNothing,
  };
}
