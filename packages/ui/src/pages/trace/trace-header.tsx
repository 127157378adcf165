import { Radio } from 'lucide-react';
import { Suspense, useMemo } from 'react';
import type { ReactNode } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { useInFile } from '../../components/in-file.ts';
import { ServiceDot } from '../../components/service-dot.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatDuration } from '../../model/durations.ts';
import { mayGrow } from '../../model/trace-growth.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { LazyFindingCards } from './lazy-parts.tsx';
import styles from './trace-header.module.css';
import type { TraceView } from './use-trace-view.ts';
import { WarningList } from './warning-list.tsx';
import { WhereTime } from './where-time.tsx';

/** What the trace is, in one line of facts, then where its time went, and what is wrong or odd about it. */
export function TraceHeader({ trace }: { readonly trace: TraceView }): ReactNode {
  const { words, count, instants } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const { model } = trace;
  const now = useNow();
  const inFile = useInFile();
  const root = model.tree.spans[model.mainRoot];
  const hue = model.services[model.serviceOf[model.mainRoot] ?? 0]?.hue ?? 0;
  const services = useMemo(
    () => model.services.map((service) => service.name || words.unnamedService).join(', '),
    [model, words],
  );
  const start = model.tree.originMicros;
  return (
    <header className={styles.header}>
      <div className={styles.title}>
        <ServiceDot hue={hue} />
        <h1>
          <span>{root?.resource.serviceName || words.unnamedService}</span> {root?.name || words.unnamedOperation}
        </h1>
        <span className={styles.id}>
          <code title={traceText.traceId}>{model.traceId}</code>
          <CopyButton text={model.traceId} label={traceText.copyValue(traceText.traceId)} />
        </span>
      </div>
      <div className={styles.facts}>
        <dl>
          <Fact name={traceText.duration} strong>
            {formatDuration(model.totalNanos)}
          </Fact>
          <Fact name={traceText.started} last title={`${instants.long(start)} · ${instants.zone}`}>
            <span className={styles.desk}>{instants.long(start)}</span>
            <span className={styles.phone}>{instants.short(start)}</span>{' '}
            <span className={styles.muted}>{instants.relative(start, now)}</span>
          </Fact>
          <Fact name={traceText.spans}>{count(model.count)}</Fact>
          <Fact name={words.services} title={services}>
            {count(model.services.length)}
          </Fact>
          <Fact name={words.errors} error={model.errorCount > 0}>
            {count(model.errorCount)}
          </Fact>
          <Fact name={traceText.depth}>{count(model.maxDepth)}</Fact>
        </dl>
        {!inFile && mayGrow(model, now) && (
          <span className={styles.arriving} title={traceText.arrivingText}>
            <Radio size={13} aria-hidden="true" />
            {traceText.arriving}
          </span>
        )}
        <WarningList trace={trace} />
      </div>
      <WhereTime trace={trace} />
      <div className={styles.findings}>
        {trace.found !== undefined && (
          <Suspense fallback={null}>
            <LazyFindingCards trace={trace} found={trace.found} />
          </Suspense>
        )}
      </div>
    </header>
  );
}

interface FactProps {
  readonly name: string;
  readonly children: ReactNode;
  readonly title?: string | undefined;
  readonly strong?: boolean;
  readonly last?: boolean;
  readonly error?: boolean;
}

function Fact({ name, children, title, strong = false, last = false, error = false }: FactProps): ReactNode {
  return (
    <div
      className={styles.fact}
      title={title}
      data-strong={strong || undefined}
      data-last={last || undefined}
      data-error={error || undefined}
    >
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
