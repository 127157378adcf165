import { ChevronDown, ChevronUp, ListFilter, Search } from 'lucide-react';
import { useMemo } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import button from '../../components/button.module.css';
import field from '../../components/field.module.css';
import { traceWords } from '../../words/en/trace.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { nextMatch } from './steps.ts';
import styles from './toolbar.module.css';
import type { TraceView } from './use-trace-view.ts';

interface SearchFieldProps {
  readonly trace: TraceView;
  readonly field: RefObject<HTMLInputElement | null>;
}

/** Search inside the trace: what matches is marked in the rows; Enter and Shift-Enter go from one to the next. */
export function SearchField({ trace, field: input }: SearchFieldProps): ReactNode {
  const traceText = useSection('trace', traceWords);
  const { view, update, matches } = trace;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') nextMatch(trace, event.shiftKey ? -1 : 1);
    if (event.key === 'Escape') {
      event.preventDefault();
      if (view.query !== '') update((held) => withoutQuery(held));
      input.current?.blur();
    }
  };
  const filtering = view.only === 'matches';
  return (
    <div className={styles.search}>
      <Search size={14} aria-hidden="true" className={styles.searchIcon} />
      <input
        ref={input}
        className={field.input}
        type="search"
        aria-label={traceText.searchInTrace}
        placeholder={traceText.searchInTraceHint}
        title={`${traceText.searchInTrace} (/)`}
        value={view.query}
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) =>
          update((held) => (target.value === '' ? withoutQuery(held) : { ...held, query: target.value }))
        }
        onKeyDown={onKeyDown}
      />
      {matches !== undefined && (
        <>
          <MatchCount trace={trace} marks={matches} />
          <button
            type="button"
            className={button.icon}
            aria-label={traceText.previousMatch}
            title={`${traceText.previousMatch} (N)`}
            onClick={() => nextMatch(trace, -1)}
          >
            <ChevronUp size={15} />
          </button>
          <button
            type="button"
            className={button.icon}
            aria-label={traceText.nextMatch}
            title={`${traceText.nextMatch} (n)`}
            onClick={() => nextMatch(trace, 1)}
          >
            <ChevronDown size={15} />
          </button>
          <button
            type="button"
            className={button.icon}
            aria-label={traceText.onlyMatches}
            title={traceText.onlyMatches}
            aria-pressed={filtering}
            onClick={() => update((held) => ({ ...held, only: filtering ? undefined : 'matches' }))}
          >
            <ListFilter size={15} />
          </button>
        </>
      )}
    </div>
  );
}

function MatchCount({ trace, marks }: { readonly trace: TraceView; readonly marks: Uint8Array }): ReactNode {
  const { count } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const { order } = trace.model.tree;
  const total = useMemo(() => marks.reduce((sum, mark) => sum + mark, 0), [marks]);
  const { selected } = trace.view;
  const at = useMemo(() => {
    if (selected === -1 || marks[selected] !== 1) return 0;
    const place = order.indexOf(selected);
    return order.subarray(0, place + 1).reduce((sum, index) => sum + marks[index]!, 0);
  }, [order, marks, selected]);
  return (
    <span className={styles.count} role="status">
      {total === 0 ? traceText.noMatches : traceText.matches(at === 0 ? '–' : count(at), count(total))}
    </span>
  );
}

function withoutQuery(view: TraceView['view']): TraceView['view'] {
  return { ...view, query: '', only: view.only === 'matches' ? undefined : view.only };
}
