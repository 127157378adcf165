import type { ReactNode } from 'react';
import { ServiceDot } from '../../components/service-dot.tsx';
import { formatDuration } from '../../model/durations.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './service-legend.module.css';
import type { TraceView } from './use-trace-view.ts';

interface ServiceLegendProps {
  readonly trace: TraceView;
  readonly width: number;
}

/** Which colour is which service, beside the overview; a service finds its spans. */
export function ServiceLegend({ trace, width }: ServiceLegendProps): ReactNode {
  const { words, count } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const services = [...trace.model.services].sort((one, other) => other.spanCount - one.spanCount);
  return (
    <ul className={styles.legend} style={{ width }} aria-label={words.services}>
      {services.map(({ name, hue, spanCount, selfNanos }) => (
        <li key={name}>
          <button
            type="button"
            title={`${traceText.selfTime}: ${formatDuration(selfNanos)}, ${words.spanCount(spanCount, count(spanCount))}`}
            onClick={() => trace.update((view) => ({ ...view, query: name }))}
          >
            <ServiceDot hue={hue} />
            <span>{name || words.unnamedService}</span>
            <small>{count(spanCount)}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}
