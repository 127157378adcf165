import type { ReactNode } from 'react';
import type { SpanRecord } from '@spanwise/wire/span-record';
import button from '../../../components/button.module.css';
import { useDelayed } from '../../../components/use-delayed.ts';
import type { TraceDetails } from '../../../model/trace-details.ts';
import { largeTraceWords } from '../../../words/en/large-trace.ts';
import { useSection } from '../../../words/language.tsx';
import styles from './span-panel.module.css';

/** Stands where tags and logs will be. `span` is that of the outline. */
export function PendingDetails(props: { readonly details: TraceDetails; readonly span: SpanRecord }): ReactNode {
  const { details, span } = props;
  const own = useSection('largeTrace', largeTraceWords);
  const slow = useDelayed(true);
  if (details.stateOf(span) === 'failed') {
    return (
      <section role="alert">
        <p className={styles.none}>{own.failedSpan}</p>
        <button type="button" className={button.text} onClick={() => details.retry()}>
          {own.retry}
        </button>
      </section>
    );
  }
  return <section role="status">{slow && <p className={styles.none}>{own.loadingSpan}</p>}</section>;
}
