import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowUp } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { ReactNode, RefObject } from 'react';
import type { TraceSummary } from '@spanwise/wire/query';
import { currentConnection, subscribeConnection } from '../../../api/connection.ts';
import { tailQuery } from '../../../api/traces-queries.ts';
import button from '../../../components/button.module.css';
import { Warning } from '../../../components/notice.tsx';
import { arrived, beginTail, withWaiting } from '../../../model/live-tail.ts';
import type { LiveTail } from '../../../model/live-tail.ts';
import type { TracesParams } from '../../../model/traces-params.ts';
import { searchWords } from '../../../words/en/search.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import styles from './live-list.module.css';

export interface LiveListProps {
  readonly params: TracesParams;
  /** What the search found: the list begins with it. */
  readonly found: readonly TraceSummary[];
  /** When it was asked. */
  readonly askedMillis: number;
  readonly list: RefObject<HTMLElement | null>;
  readonly children: (traces: readonly TraceSummary[]) => ReactNode;
}

/**
 * A list that new traces join as they come. While somebody reads in it, by pointer, focus or scrolling, they
 * wait behind a button, so that nothing moves under them.
 */
export function LiveList({ params, found, askedMillis, list, children }: LiveListProps): ReactNode {
  const { count } = useSpeech();
  const own = useSection('search', searchWords);
  const connection = useSyncExternalStore(subscribeConnection, currentConnection);
  const [tail, setTail] = useState<LiveTail>(() => beginTail(found, askedMillis * 1000));
  const client = useQueryClient();
  const { data } = useQuery(tailQuery(params));
  useEffect(() => setTail(beginTail(found, askedMillis * 1000)), [found, askedMillis]);
  useEffect(() => {
    if (data === undefined) return;
    setTail((held) => {
      const next = arrived(held, { ...data, askedMicros: data.askedMillis * 1000 });
      return isRead(list.current) ? next : withWaiting(next);
    });
  }, [data, found, askedMillis, list]);
  const show = (): void => {
    setTail(withWaiting);
    document.querySelector<HTMLElement>('#content')?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  };
  const { shown, waiting, hasGap } = tail;
  return (
    <>
      <div className={styles.state} role="status">
        {waiting.length > 0 ? (
          <button type="button" className={`${button.primary} ${styles.waiting}`} onClick={show}>
            <ArrowUp size={14} aria-hidden="true" />
            {own.newTraces(waiting.length, count(waiting.length))}
          </button>
        ) : (
          <span className={styles.words}>{connection === 'up' ? own.liveWaits : own.livePaused}</span>
        )}
      </div>
      {hasGap && (
        <Warning>
          {own.liveGap}{' '}
          <button
            type="button"
            className={button.link}
            onClick={() => void client.invalidateQueries({ queryKey: ['traces'] })}
          >
            {own.searchAgain}
          </button>
        </Warning>
      )}
      {children(shown)}
    </>
  );
}

/** Whether somebody is at a row of the list, or has scrolled beyond its head. */
function isRead(list: HTMLElement | null): boolean {
  if (list === null) return false;
  return list.matches(':hover') || list.contains(document.activeElement) || list.getBoundingClientRect().top < 0;
}
