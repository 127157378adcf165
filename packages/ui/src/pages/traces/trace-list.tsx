import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { TraceSummary } from '@spanwise/wire/query';
import { narrow, useMedia } from '../../components/use-media.ts';
import { useNow } from '../../components/use-now.ts';
import { useSpeech } from '../../words/language.tsx';
import { TraceRow } from './trace-row.tsx';
import styles from './trace-list.module.css';

interface TraceListProps {
  readonly traces: readonly TraceSummary[];
  readonly hues: ReadonlyMap<string, number>;
  readonly pointed: string | undefined;
  readonly onPoint: (traceId: string | undefined) => void;
}

const deskRow = 30;
const phoneRow = 68;

/** The found traces; only those in view are in the document. */
export function TraceList({ traces, hues, pointed, onPoint }: TraceListProps): ReactNode {
  const { words } = useSpeech();
  const now = useNow();
  const phone = useMedia(narrow);
  const [offset, setOffset] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    const top = list.current?.getBoundingClientRect().top ?? 0;
    setOffset(Math.round(top + scrollY));
  }, [traces]);
  const virtual = useWindowVirtualizer({
    count: traces.length,
    estimateSize: useCallback(() => (phone ? phoneRow : deskRow), [phone]),
    overscan: 10,
    scrollMargin: offset,
    getItemKey: useCallback((index: number) => traces[index]?.traceId ?? index, [traces]),
  });
  const { measure } = virtual;
  useLayoutEffect(() => measure(), [phone, measure]);
  const longest = useMemo(() => traces.reduce((most, trace) => Math.max(most, trace.durationMicros), 1), [traces]);
  return (
    <>
      <div className={styles.columns} aria-hidden="true">
        <span>{words.columnTrace}</span>
        <span className={styles.where}>{words.columnWhere}</span>
        <span>{words.columnDuration}</span>
        <span className={styles.number}>{words.columnSpans}</span>
        <span className={styles.number}>{words.columnErrors}</span>
        <span className={styles.started}>{words.columnStart}</span>
      </div>
      <ul ref={list} className={styles.list} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const trace = traces[item.index];
          if (trace === undefined) return null;
          return (
            <li
              key={item.key}
              aria-posinset={item.index + 1}
              aria-setsize={traces.length}
              className={styles.place}
              style={{ height: item.size, transform: `translateY(${item.start - offset}px)` }}
              onPointerEnter={() => onPoint(trace.traceId)}
              onPointerLeave={() => onPoint(undefined)}
            >
              <TraceRow trace={trace} hues={hues} longestMicros={longest} now={now} pointed={pointed === trace.traceId} />
            </li>
          );
        })}
      </ul>
    </>
  );
}
