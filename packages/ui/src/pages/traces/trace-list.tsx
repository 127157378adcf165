import { useMemo } from 'react';
import type { ReactNode, RefObject } from 'react';
import type { TraceSummary } from '@spanwise/wire/query';
import { narrow, useMedia } from '../../components/use-media.ts';
import { useNow } from '../../components/use-now.ts';
import { usePageRowWindow } from '../../components/use-row-window.ts';
import { assignHues } from '../../model/service-colours.ts';
import { listWords } from '../../words/en/list.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { TraceRow } from './trace-row.tsx';
import styles from './trace-list.module.css';

interface TraceListProps {
  readonly list: RefObject<HTMLUListElement | null>;
  readonly traces: readonly TraceSummary[];
  readonly selectMatch: boolean;
  readonly pointed: string | undefined;
  readonly onPoint: (traceId: string | undefined) => void;
}

const deskRow = 30;
const phoneRow = 68;

/** The found traces; only those in view are in the document. */
export function TraceList({ list, traces, selectMatch, pointed, onPoint }: TraceListProps): ReactNode {
  const { words } = useSpeech();
  const listText = useSection('list', listWords);
  const now = useNow();
  const phone = useMedia(narrow);
  const rowHeight = phone ? phoneRow : deskRow;
  const { spacer, first, end } = usePageRowWindow(list, traces.length, rowHeight);
  const hues = useMemo(() => assignHues(traces.flatMap((trace) => trace.services.map(({ name }) => name))), [traces]);
  const longest = useMemo(() => traces.reduce((most, trace) => Math.max(most, trace.durationMicros), 1), [traces]);
  return (
    <>
      <div className={styles.columns} aria-hidden="true">
        <span>{listText.columnTrace}</span>
        <span className={styles.where}>{listText.columnWhere}</span>
        <span>{listText.columnDuration}</span>
        <span className={styles.number}>{words.columnSpans}</span>
        <span className={styles.number}>{words.columnErrors}</span>
        <span className={styles.started}>{listText.columnStart}</span>
      </div>
      <ul ref={list} className={styles.list} style={{ height: spacer }}>
        {traces.slice(first, end).map((trace, at) => (
          <li
            key={trace.traceId}
            aria-posinset={first + at + 1}
            aria-setsize={traces.length}
            className={styles.place}
            style={{ height: rowHeight, transform: `translateY(${(first + at) * rowHeight}px)` }}
            onPointerEnter={() => onPoint(trace.traceId)}
            onPointerLeave={() => onPoint(undefined)}
          >
            <TraceRow
              trace={trace}
              hues={hues}
              longestMicros={longest}
              now={now}
              selectMatch={selectMatch}
              pointed={pointed === trace.traceId}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
