import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Finding } from '@spanwise/analysis';
import button from '../../../components/button.module.css';
import { nextEvidence, withEvidence } from '../../../model/trace-findings.ts';
import { findingsWords } from '../../../words/en/findings.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import type { TraceView } from '../use-trace-view.ts';
import styles from './findings.module.css';

interface EvidenceStepsProps {
  readonly trace: TraceView;
  readonly finding: Finding;
}

/** Goes from span to span of those that show a finding; nothing where it is a single one. */
export function EvidenceSteps({ trace, finding }: EvidenceStepsProps): ReactNode {
  const { count } = useSpeech();
  const own = useSection('findings', findingsWords);
  const { model, view, update } = trace;
  const { evidence } = finding;
  if (evidence.length < 2) return null;
  const at = evidence.indexOf(view.selected);
  const step = (direction: 1 | -1) => (): void =>
    update((held) => withEvidence(model, held, finding, nextEvidence(finding, held.selected, direction)));
  return (
    <span className={styles.steps}>
      <button
        type="button"
        className={button.icon}
        aria-label={own.previousEvidence}
        title={`${own.previousEvidence} ([)`}
        onClick={step(-1)}
      >
        <ChevronLeft size={14} />
      </button>
      <span role="status">{own.place(at === -1 ? '–' : count(at + 1), count(evidence.length))}</span>
      <button
        type="button"
        className={button.icon}
        aria-label={own.nextEvidence}
        title={`${own.nextEvidence} (])`}
        onClick={step(1)}
      >
        <ChevronRight size={14} />
      </button>
    </span>
  );
}
