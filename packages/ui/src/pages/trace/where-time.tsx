import type { ReactNode } from 'react';
import { ServiceDot } from '../../components/service-dot.tsx';
import { formatDuration } from '../../model/durations.ts';
import { reveal } from '../../model/row-moves.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './trace-header.module.css';
import type { TraceView } from './use-trace-view.ts';

/** Less than this part of the critical path is not worth a word. */
const leastShare = 0.03;

/** The operations that the time went to, each a link to the span that adds most. */
export function WhereTime({ trace }: { readonly trace: TraceView }): ReactNode {
  const { words, percent, count } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const { model, update } = trace;
  const shares = model.shares.filter(({ share }) => share >= leastShare).slice(0, 3);
  const pathNanos = model.shares.reduce((sum, { nanos }) => sum + nanos, 0);
  if (model.count < 2 || shares.length === 0) return null;
  return (
    <div className={styles.shares}>
      <h2>{traceText.whereTime(formatDuration(pathNanos))}</h2>
      <ul className={styles.shares}>
        {shares.map((share) => {
          const service = share.serviceName || words.unnamedService;
          const name = share.spanName || words.unnamedOperation;
          return (
            <li key={share.index}>
              <button
                type="button"
                className={styles.share}
                title={traceText.pathShare(percent(share.share), service, name)}
                onClick={() => update((view) => ({ ...reveal(model, view, share.index), panelOpen: true }))}
              >
                <ServiceDot hue={model.services[model.serviceOf[share.index]!]?.hue ?? 0} />
                <b>{percent(share.share)}</b>
                <span className={styles.shareName}>
                  {service} {name}
                </span>
                {share.spanCount > 1 && <small>{traceText.pathSpans(count(share.spanCount))}</small>}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
