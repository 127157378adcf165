import { Crosshair, Focus, X } from 'lucide-react';
import { Suspense, useEffect } from 'react';
import type { ReactNode } from 'react';
import button from '../../../components/button.module.css';
import { ServiceDot } from '../../../components/service-dot.tsx';
import { spanWindow } from '../../../model/span-window.ts';
import { wholeSpan } from '../../../model/whole-span.ts';
import { panelWords } from '../../../words/en/panel.ts';
import { warningWords } from '../../../words/en/warnings.ts';
import { traceWords } from '../../../words/en/trace.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import { sayWarning } from '../../../words/say-warning.ts';
import { LazyFindingNotes } from '../lazy-parts.tsx';
import type { TraceView } from '../use-trace-view.ts';
import { LogList } from './log-list.tsx';
import { PendingDetails } from './pending-details.tsx';
import { ProcessFacts } from './process-facts.tsx';
import { ReferenceList } from './reference-list.tsx';
import { SpanFacts } from './span-facts.tsx';
import styles from './span-panel.module.css';
import { TagTable } from './tag-table.tsx';

interface SpanPanelProps {
  readonly trace: TraceView;
  readonly onClose: () => void;
}

/** Everything about the selected span. At the right on a desk, from below on a phone. */
export function SpanPanel({ trace, onClose }: SpanPanelProps): ReactNode {
  const { words } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const own = useSection('panel', panelWords);
  const warnWords = useSection('warnings', warningWords);
  const { model, view } = trace;
  const index = view.selected;
  const whole = index < model.count ? wholeSpan(model, index) : undefined;
  const { details } = model;
  useEffect(() => {
    if (whole === undefined && model.sent[index] !== undefined) details?.want([model.sent[index]]);
  }, [details, model, index, whole]);
  const span = whole ?? model.tree.spans[index];
  if (span === undefined) return null;
  const hue = model.services[model.serviceOf[index]!]?.hue ?? 0;
  const warnings = model.warningsBySpan.get(index) ?? [];
  const findings = trace.found?.bySpan.get(index);
  const dropped = span.droppedAttributesCount + span.droppedEventsCount + span.droppedLinksCount;
  return (
    <aside className={styles.panel} aria-label={traceText.panel}>
      <header>
        <ServiceDot hue={hue} />
        <h2>
          <span>{span.resource.serviceName || words.unnamedService}</span> {span.name || words.unnamedOperation}
        </h2>
        <PanelActions trace={trace} index={index} onClose={onClose} />
      </header>
      <div className={styles.content} tabIndex={0} role="group" aria-label={words.details}>
        {findings !== undefined && (
          <Suspense fallback={null}>
            <LazyFindingNotes trace={trace} findings={findings} />
          </Suspense>
        )}
        {warnings.map((warning) => (
          <p key={warning.kind} className={styles.warning}>
            {sayWarning(warnWords, warning)}
          </p>
        ))}
        {dropped > 0 && (
          <p className={styles.warning}>
            {own.dropped(span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount)}
          </p>
        )}
        <SpanFacts trace={trace} index={index} span={span} />
        {whole === undefined && details !== undefined && <PendingDetails details={details} span={model.sent[index]!} />}
        {whole !== undefined && (
          <section>
            <h3>{own.tags}</h3>
            <TagTable
              key={index}
              trace={trace}
              attributes={span.attributes}
              service={span.resource.serviceName}
              grouped
            />
          </section>
        )}
        <LogList trace={trace} span={span} />
        <ReferenceList trace={trace} index={index} />
        <ProcessFacts trace={trace} span={span} />
      </div>
    </aside>
  );
}

interface PanelActionsProps extends SpanPanelProps {
  readonly index: number;
}

function PanelActions({ trace, index, onClose }: PanelActionsProps): ReactNode {
  const own = useSection('panel', panelWords);
  const { model, places, update } = trace;
  const zoomTo = (): void => update((view) => ({ ...view, window: spanWindow(model, index, places[index]!) }));
  const focus = (): void =>
    update((view) => ({ ...view, focus: index, window: spanWindow(model, index, places[index]!) }));
  return (
    <>
      <button type="button" className={button.icon} aria-label={own.zoomSpan} title={own.zoomSpan} onClick={zoomTo}>
        <Crosshair size={15} />
      </button>
      <button
        type="button"
        className={button.icon}
        aria-label={own.focusSpan}
        title={`${own.focusSpan} (f)`}
        onClick={focus}
      >
        <Focus size={15} />
      </button>
      <button
        type="button"
        className={button.icon}
        aria-label={own.closePanel}
        title={`${own.closePanel} (Esc)`}
        onClick={onClose}
      >
        <X size={16} />
      </button>
    </>
  );
}
