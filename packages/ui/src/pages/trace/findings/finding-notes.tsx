import { Lightbulb } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Finding } from '@spanwise/analysis';
import { findingKey } from '../../../model/trace-findings.ts';
import { findingsWords } from '../../../words/en/findings.ts';
import { useSection } from '../../../words/language.tsx';
import type { TraceView } from '../use-trace-view.ts';
import { EvidenceSteps } from './evidence-steps.tsx';
import styles from './findings.module.css';
import { useFindingSpeech } from './use-finding-speech.ts';

interface FindingNotesProps {
  readonly trace: TraceView;
  readonly findings: readonly Finding[];
}

/** In the panel: what the selected span is evidence of. */
export function FindingNotes({ trace, findings }: FindingNotesProps): ReactNode {
  return findings.map((finding) => <Note key={findingKey(finding)} trace={trace} finding={finding} />);
}

function Note({ trace, finding }: { readonly trace: TraceView; readonly finding: Finding }): ReactNode {
  const own = useSection('findings', findingsWords);
  const { kindName, sentence, savedHow } = useFindingSpeech(trace.model, finding);
  return (
    <div className={styles.note}>
      <Lightbulb size={14} aria-hidden="true" data-severity={finding.severity} />
      <p>
        <b>{own.label(kindName)}</b>
        {sentence}
        {own.stop}
        {savedHow}
      </p>
      <EvidenceSteps trace={trace} finding={finding} />
    </div>
  );
}
