import type { ReactNode } from 'react';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { eventOffset } from '../../../model/bar-geometry.ts';
import { formatDuration } from '../../../model/durations.ts';
import { panelWords } from '../../../words/en/panel.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import type { TraceView } from '../use-trace-view.ts';
import styles from './span-panel.module.css';
import { TagTable } from './tag-table.tsx';

/** A span with more logs than this is rare, and nobody reads them all here. */
const mostShown = 200;

/** The logs of a span in order, each with its time since the start of the trace. */
export function LogList({ trace, span }: { readonly trace: TraceView; readonly span: SpanRecord }): ReactNode {
  const { count, instants } = useSpeech();
  const own = useSection('panel', panelWords);
  const { model } = trace;
  const events = span.events
    .map((event) => ({ event, offset: eventOffset(model, event) }))
    .sort((one, other) => one.offset - other.offset);
  if (events.length === 0) return null;
  return (
    <section>
      <h3>
        {own.logs} <span className={styles.count}>{count(events.length)}</span>
      </h3>
      <ol className={styles.logs}>
        {events.slice(0, mostShown).map(({ event, offset }, at) => (
          <li key={at}>
            <p>
              <time title={instants.long(event.timeMicros)}>{formatDuration(offset)}</time>
              <strong>{event.name}</strong>
            </p>
            {event.attributes.length > 0 && <TagTable trace={trace} attributes={event.attributes} />}
          </li>
        ))}
      </ol>
      {events.length > mostShown && <p className={styles.none}>… {count(events.length - mostShown)}</p>}
    </section>
  );
}
