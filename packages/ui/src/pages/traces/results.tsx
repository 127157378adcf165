import { CircleHelp } from 'lucide-react';
import { Suspense, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { TraceSummary } from '@spanwise/wire/query';
import type { DatedAnswer } from '../../api/traces-queries.ts';
import button from '../../components/button.module.css';
import field from '../../components/field.module.css';
import { Warning } from '../../components/notice.tsx';
import type { TraceOrder } from '../../model/trace-order.ts';
import { isTraceOrder, sortTraces, traceOrders } from '../../model/trace-order.ts';
import { defaultLimit } from '../../model/traces-params.ts';
import { asksForSpans, namesService } from '../../model/traces-search.ts';
import type { TracesParams } from '../../model/traces-params.ts';
import { listWords } from '../../words/en/list.ts';
import type { ListWords } from '../../words/en/list.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { LazyKeyHelp, LazyLiveList } from './lazy-parts.tsx';
import styles from './results.module.css';
import { TraceList } from './trace-list.tsx';
import { listKeyRows, useListKeys } from './use-list-keys.ts';

interface ResultsProps {
  readonly answer: DatedAnswer;
  readonly params: TracesParams;
  /** The answer belongs to the query before; the next is on its way. */
  readonly stale?: boolean;
  readonly pointed: string | undefined;
  readonly onPoint: (traceId: string | undefined) => void;
  readonly onChange: (next: TracesParams) => void;
}

export function Results({ answer, params, stale = false, pointed, onPoint, onChange }: ResultsProps): ReactNode {
  const { words, count, instants } = useSpeech();
  const listText = useSection('list', listWords);
  const isLive = params.live === '1';
  const order = isLive ? 'newest' : (params.order ?? 'newest');
  const [helpOpen, setHelpOpen] = useState(false);
  const traces = useMemo(() => sortTraces(answer.traces, order), [answer.traces, order]);
  const list = useRef<HTMLUListElement>(null);
  useListKeys(list, traces, () => setHelpOpen(true));
  const full = answer.traces.length >= (params.limit ?? defaultLimit);
  const orderName = {
    newest: listText.sortNewest,
    longest: listText.sortLongest,
    errors: listText.sortErrors,
    spans: listText.sortSpans,
  };
  const onOrder = (chosen: string): void => {
    const { order: _order, ...rest } = params;
    onChange(isTraceOrder(chosen) && chosen !== 'newest' ? { ...rest, order: chosen } : rest);
  };
  const rows = (shown: readonly TraceSummary[]): ReactNode => (
    <TraceList list={list} traces={shown} selectMatch={asksForSpans(params)} pointed={pointed} onPoint={onPoint} />
  );
  return (
    <section className={stale ? styles.stale : undefined} aria-busy={stale}>
      {!answer.complete && (
        <Warning>
          {listText.incomplete(instants.long(answer.searchedBackToMicros))}{' '}
          {listText.incompleteAdvice(namesService(params))}
        </Warning>
      )}
      <div className={styles.head}>
        <strong role="status">
          {full
            ? foundAtLimit(listText, order, count(traces.length))
            : listText.found(traces.length, count(traces.length))}
        </strong>
        <span className={styles.zone}>{words.zone(instants.zone)}</span>
        <select
          className={`${field.input} ${styles.order}`}
          aria-label={listText.sort}
          value={order}
          disabled={isLive}
          onChange={(event) => onOrder(event.target.value)}
        >
          {traceOrders.map((known) => (
            <option key={known} value={known}>
              {full && known !== 'newest' ? listText.sortOf(orderName[known], count(traces.length)) : orderName[known]}
            </option>
          ))}
        </select>
        <button
          type="button"
          className={button.icon}
          aria-label={`${words.keys} (?)`}
          title={`${words.keys} (?)`}
          onClick={() => setHelpOpen(true)}
        >
          <CircleHelp size={15} />
        </button>
      </div>
      {isLive ? (
        <Suspense fallback={rows(traces)}>
          <LazyLiveList params={params} found={traces} askedMillis={answer.askedMillis} list={list}>
            {rows}
          </LazyLiveList>
        </Suspense>
      ) : (
        rows(traces)
      )}
      {helpOpen && (
        <Suspense fallback={null}>
          <LazyKeyHelp rows={listKeyRows(words, listText)} open onClose={() => setHelpOpen(false)} />
        </Suspense>
      )}
    </section>
  );
}

/** Only those that were found are ordered: nobody should take the slowest of the newest for the slowest of all. */
function foundAtLimit(listText: ListWords, order: TraceOrder, count: string): string {
  return order === 'newest' ? listText.foundAtLimit(count) : listText.orderedAtLimit(count);
}
