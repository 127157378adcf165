import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { SpanStatus } from '@spanwise/wire/span-record';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { CopyButton } from '../../../components/copy-button.tsx';
import { formatDuration } from '../../../model/durations.ts';
import { spanIdHex } from '@spanwise/wire';
import { spanPath } from '../../../model/span-path.ts';
import { childrenOf } from '../../../model/visible-rows.ts';
import { panelWords } from '../../../words/en/panel.ts';
import { traceWords } from '../../../words/en/trace.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import type { TraceView } from '../use-trace-view.ts';
import styles from './span-panel.module.css';

interface SpanFactsProps {
  readonly trace: TraceView;
  readonly index: number;
}

/** Times, self time, share of the critical path, kind, status, ids. */
export function SpanFacts({ trace, index, span }: SpanFactsProps & { readonly span: SpanRecord }): ReactNode {
  const { words, percent, instants } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const own = useSection('panel', panelWords);
  const { model } = trace;
  const { tree } = model;
  const start = tree.startOffsetNanos[index]!;
  const end = tree.endOffsetNanos[index]!;
  const moved = model.movedNanos[index]!;
  const path = useMemo(() => spanPath(model, index), [model, index]);
  const id = spanIdHex(span);
  const failed = span.status === SpanStatus.error;
  return (
    <dl className={styles.facts}>
      <Fact name={traceText.duration} strong>
        {span.durationNanos === undefined ? traceText.unfinished : formatDuration(end - start)}
      </Fact>
      <Fact name={traceText.selfTime} title={own.selfTimeHelp}>
        {formatDuration(model.selfNanos[index]!)}
        {end > start && <Share value={model.selfNanos[index]! / (end - start)} />}
      </Fact>
      <Fact name={own.criticalShare}>
        {path.nanos > 0 ? own.criticalShareOf(formatDuration(path.nanos), percent(path.share)) : own.notCritical}
        {path.top !== model.mainRoot && (
          <small>{own.ownPath(tree.spans[path.top]!.name || words.unnamedOperation)}</small>
        )}
      </Fact>
      <Fact name={own.start} title={instants.long(tree.originMicros + start / 1000)}>
        {own.startIn(formatDuration(start))}
        <small>{instants.long(tree.originMicros + start / 1000)}</small>
        {moved !== 0 && <small>{own.movedBy(formatDuration(Math.abs(moved)), moved > 0)}</small>}
      </Fact>
      {span.kind !== 0 && <Fact name={own.kind}>{own.kinds(span.kind)}</Fact>}
      {span.status !== SpanStatus.unset && (
        <Fact name={own.status} error={failed}>
          {failed ? own.statusError : own.statusOk}
          {span.statusMessage !== '' && <small>{span.statusMessage}</small>}
        </Fact>
      )}
      <Descendants trace={trace} index={index} />
      <Fact name={own.spanId}>
        <code>{id}</code>
        <CopyButton text={id} label={traceText.copyValue(own.spanId)} />
      </Fact>
    </dl>
  );
}

function Descendants({ trace, index }: SpanFactsProps): ReactNode {
  const { count } = useSpeech();
  const own = useSection('panel', panelWords);
  const { tree } = trace.model;
  const all = tree.subtreeSize[index]! - 1;
  if (all === 0) return null;
  let direct = 0;
  for (const _child of childrenOf(tree, trace.places[index]!)) direct++;
  return <Fact name={own.children}>{own.descendants(count(direct), count(all))}</Fact>;
}

function Share({ value }: { readonly value: number }): ReactNode {
  const { percent } = useSpeech();
  return <span className={styles.share}>{percent(value)}</span>;
}

interface FactProps {
  readonly name: string;
  readonly children: ReactNode;
  readonly title?: string | undefined;
  readonly strong?: boolean;
  readonly error?: boolean;
}

export function Fact({ name, children, title, strong = false, error = false }: FactProps): ReactNode {
  return (
    <div title={title} data-strong={strong || undefined} data-error={error || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
