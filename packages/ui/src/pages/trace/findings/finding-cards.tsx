import { Lightbulb } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Finding } from '@spanwise/analysis';
import button from '../../../components/button.module.css';
import type { TraceFindings } from '../../../model/trace-findings.ts';
import { findingKey, withEvidence } from '../../../model/trace-findings.ts';
import { findingsWords } from '../../../words/en/findings.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import type { TraceView } from '../use-trace-view.ts';
import { EvidenceSteps } from './evidence-steps.tsx';
import styles from './findings.module.css';
import { useFindingSpeech } from './use-finding-speech.ts';

const mostCards = 3;

interface FindingCardsProps {
  readonly trace: TraceView;
  readonly found: TraceFindings;
}

/** The most valuable findings, each a button that selects the span which it is about, and marks those that show it. */
export function FindingCards({ trace, found }: FindingCardsProps): ReactNode {
  const own = useSection('findings', findingsWords);
  const { count } = useSpeech();
  const { findings } = found;
  const { errorCount } = trace.model;
  const showAll = (): void => trace.update((view) => ({ ...view, tab: 'findings' }));
  if (findings.length === 0) {
    return (
      <p className={styles.nothing}>
        {errorCount > 0 ? own.nothingButErrors(errorCount, count(errorCount)) : own.nothing}{' '}
        <button type="button" className={button.link} onClick={showAll}>
          {own.whatIsLookedFor}
        </button>
      </p>
    );
  }
  return (
    <section className={styles.cards} aria-label={own.title}>
      <ul>
        {findings.slice(0, mostCards).map((finding) => (
          <Card key={findingKey(finding)} trace={trace} finding={finding} />
        ))}
      </ul>
      <button type="button" className={`${button.link} ${styles.all}`} onClick={showAll}>
        {own.all(findings.length)}
      </button>
    </section>
  );
}

function Card({ trace, finding }: { readonly trace: TraceView; readonly finding: Finding }): ReactNode {
  const own = useSection('findings', findingsWords);
  const { kindName, label, sentence, savedHow } = useFindingSpeech(trace.model, finding);
  const { model, chosen, update } = trace;
  const isChosen = chosen === finding;
  const choose = (): void =>
    update((view) =>
      isChosen ? { ...view, finding: undefined } : withEvidence(model, view, finding, finding.subject),
    );
  return (
    <li className={styles.card} data-chosen={isChosen || undefined}>
      <button
        type="button"
        aria-pressed={isChosen}
        title={`${own.label(kindName)}${sentence}${own.stop}${savedHow}`}
        onClick={choose}
      >
        <Lightbulb size={14} aria-hidden="true" data-severity={finding.severity} />
        <span>
          <b>{label}</b>
          {sentence}
        </span>
      </button>
      {isChosen && <EvidenceSteps trace={trace} finding={finding} />}
    </li>
  );
}
