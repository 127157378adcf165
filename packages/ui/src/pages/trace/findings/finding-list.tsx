import { Lightbulb } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Finding, FindingKind } from '@spanwise/analysis';
import button from '../../../components/button.module.css';
import { ServiceDot } from '../../../components/service-dot.tsx';
import { formatDuration } from '../../../model/durations.ts';
import { findingKey, withEvidence } from '../../../model/trace-findings.ts';
import { findingKinds, findingsWords } from '../../../words/en/findings.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import type { TabProps } from '../lazy-parts.tsx';
import type { TraceView } from '../use-trace-view.ts';
import styles from './findings.module.css';
import { useFindingSpeech } from './use-finding-speech.ts';

/** As many spans of a finding have a link here; the waterfall steps through all. */
const mostSpans = 6;

/** Every finding with what could be saved, why it is told, what to do, and the spans that show it; and what is looked for. */
export function FindingList({ trace }: Pick<TabProps, 'trace'>): ReactNode {
  const { words } = useSpeech();
  const own = useSection('findings', findingsWords);
  const { found, model } = trace;
  if (found === undefined) {
    return (
      <p className={styles.nothing} role="status">
        {model.details === undefined ? words.loading : own.later}
      </p>
    );
  }
  return (
    <div className={styles.list} tabIndex={0} role="group" aria-label={own.title}>
      {found.findings.length === 0 ? (
        <p className={styles.nothing}>{own.nothingHelp}</p>
      ) : (
        <>
          {found.findings.length > 1 && <p className={styles.nothing}>{own.doNotAdd}</p>}
          {found.findings.map((finding) => (
            <Entry key={findingKey(finding)} trace={trace} finding={finding} />
          ))}
        </>
      )}
      <details className={styles.kinds} open={found.findings.length === 0}>
        <summary>{own.whatIsLookedFor}</summary>
        <dl>
          {findingKinds.map((kind) => (
            <Kind key={kind} kind={kind} />
          ))}
        </dl>
      </details>
    </div>
  );
}

function Entry({ trace, finding }: { readonly trace: TraceView; readonly finding: Finding }): ReactNode {
  const { count } = useSpeech();
  const own = useSection('findings', findingsWords);
  const { kindName, sentence, saved } = useFindingSpeech(trace.model, finding);
  const { evidence, severity, kind } = finding;
  return (
    <article className={styles.entry} aria-label={own.label(kindName) + sentence}>
      <header>
        <Lightbulb size={15} aria-hidden="true" data-severity={severity} />
        <h2>{kindName}</h2>
        <small>{own.severity(severity)}</small>
        <strong>{saved}</strong>
      </header>
      <p className={styles.sentence}>
        {sentence}
        {own.stop}
      </p>
      <dl className={styles.reasons}>
        {finding.savableMs > 0 && (
          <>
            <dt>{own.counted}</dt>
            <dd>{own.howSentence(finding.savableHow)}</dd>
          </>
        )}
        <dt>{own.why}</dt>
        <dd>{own.about(kind)}</dd>
        <dt>{own.whatToDo}</dt>
        <dd>{own.advice(kind)}</dd>
        <dt>{own.evidence(evidence.length, count(evidence.length))}</dt>
        <dd>
          <ul className={styles.evidence}>
            {evidence.slice(0, mostSpans).map((index) => (
              <li key={index}>
                <EvidenceLink trace={trace} finding={finding} index={index} />
              </li>
            ))}
            {evidence.length > mostSpans && <li>{own.more(count(evidence.length - mostSpans))}</li>}
          </ul>
        </dd>
      </dl>
    </article>
  );
}

interface EvidenceLinkProps {
  readonly trace: TraceView;
  readonly finding: Finding;
  readonly index: number;
}

function EvidenceLink({ trace, finding, index }: EvidenceLinkProps): ReactNode {
  const { words } = useSpeech();
  const { model, update } = trace;
  const { tree } = model;
  const span = tree.spans[index]!;
  return (
    <button
      type="button"
      className={`${button.link} ${styles.link}`}
      onClick={() => update((view) => withEvidence(model, view, finding, index))}
    >
      <ServiceDot hue={model.services[model.serviceOf[index]!]?.hue ?? 0} />
      <span>
        {span.resource.serviceName || words.unnamedService} {span.name || words.unnamedOperation}
      </span>
      <small>{formatDuration(tree.endOffsetNanos[index]! - tree.startOffsetNanos[index]!)}</small>
    </button>
  );
}

function Kind({ kind }: { readonly kind: FindingKind }): ReactNode {
  const own = useSection('findings', findingsWords);
  return (
    <>
      <dt>{own.kindName(kind)}</dt>
      <dd>{own.about(kind)}</dd>
    </>
  );
}
