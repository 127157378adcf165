import { Link } from '@tanstack/react-router';
import { CircleAlert, CircleDashed } from 'lucide-react';
import type { ReactNode } from 'react';
import type { TraceSummary } from '@spanwise/wire/query';
import { MiddleName } from '../../components/middle-name.tsx';
import { ServiceDot } from '../../components/service-dot.tsx';
import { formatMicros } from '../../model/durations.ts';
import { listWords } from '../../words/en/list.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { ServiceMiniature } from './service-miniature.tsx';
import styles from './trace-list.module.css';

interface TraceRowProps {
  readonly trace: TraceSummary;
  readonly hues: ReadonlyMap<string, number>;
  readonly longestMicros: number;
  readonly now: number;
  readonly pointed: boolean;
  /** The query asks for certain spans: the first that meets it is selected in the trace. */
  readonly selectMatch: boolean;
}

export function TraceRow({ trace, hues, longestMicros, now, pointed, selectMatch }: TraceRowProps): ReactNode {
  const { words, count, instants } = useSpeech();
  const listText = useSection('list', listWords);
  const service = trace.rootService || words.unnamedService;
  const [matched] = trace.matchedSpanIds;
  return (
    <Link
      to="/trace/$traceId"
      params={{ traceId: trace.traceId }}
      search={selectMatch && matched !== undefined ? { span: matched } : {}}
      className={styles.row}
      data-pointed={pointed || undefined}
    >
      <span className={styles.name}>
        <ServiceDot hue={hues.get(trace.rootService) ?? 0} />
        <span className={styles.service}>{service}</span>
        <MiddleName name={trace.rootName || words.unnamedOperation} className={styles.operation} />
        {trace.rootMissing && (
          <span className={styles.part} title={listText.rootMissing}>
            <CircleDashed size={13} aria-label={listText.rootMissing} />
          </span>
        )}
      </span>
      <ServiceMiniature trace={trace} hues={hues} />
      <span className={styles.duration}>
        <span className={styles.durationText}>{formatMicros(trace.durationMicros)}</span>
        <span className={styles.durationTrack} aria-hidden="true">
          <span style={{ width: `${(trace.durationMicros / longestMicros) * 100}%` }} />
        </span>
      </span>
      <span className={styles.number} data-kind="spans">
        <span aria-hidden="true">{count(trace.spanCount)}</span>
        <span className={styles.spoken}>{words.spanCount(trace.spanCount, count(trace.spanCount))}</span>
      </span>
      <span className={styles.number} data-kind="errors">
        {trace.errorCount > 0 && (
          <span className={styles.errors} title={words.errorCount(trace.errorCount, count(trace.errorCount))}>
            <CircleAlert size={13} aria-label={words.errors} />
            {count(trace.errorCount)}
          </span>
        )}
      </span>
      <span className={styles.started} title={instants.long(trace.startMicros)}>
        <span className={styles.relative}>{instants.relative(trace.startMicros, now)}</span>
        <span className={styles.absolute}>{instants.short(trace.startMicros)}</span>
      </span>
    </Link>
  );
}
