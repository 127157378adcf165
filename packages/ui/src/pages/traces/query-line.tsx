import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { parseTraceQuery } from '@spanwise/analysis';
import { overviewColumns, overviewQuery, tagValuesQuery } from '../../api/traces-queries.ts';
import { operationsQuery, servicesQuery, tagKeysQuery } from '../../api/queries.ts';
import { loadOnce } from '../../app/load-once.ts';
import field from '../../components/field.module.css';
import { SuggestionList } from '../../components/suggestion-list.tsx';
import { narrow, useMedia } from '../../components/use-media.ts';
import { completionsAt, tagAt } from '../../model/query-completions.ts';
import type { Completion } from '../../model/query-completions.ts';
import { parsedQuery, queryText } from '../../model/traces-search.ts';
import type { TracesParams } from '../../model/traces-params.ts';
import { listWords } from '../../words/en/list.ts';
import { useSection } from '../../words/language.tsx';
import styles from './query-line.module.css';

const LazyProblem = lazy(
  loadOnce(async () => ({ default: (await import('./search/query-problem-line.tsx')).QueryProblemLine })),
);

interface QueryLineProps {
  readonly params: TracesParams;
  /** Called with a query that can be read, when it was confirmed by Enter or by leaving the line. */
  readonly onCommit: (text: string) => void;
}

/**
 * The query in one line, completed from the data: ARIA's editable combobox with a list popup
 * (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). What cannot be read stays, is marked, and is not searched for.
 */
export function QueryLine({ params, onCommit }: QueryLineProps): ReactNode {
  const listText = useSection('list', listWords);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const written = queryText(params);
  const [draft, setDraft] = useState<string>();
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  /** The text whose problems are shown: not while it is being written. */
  const [checked, setChecked] = useState<string>();
  const text = draft ?? written;
  const shown = useCompletions(params, text, caret, open);
  const listed = open && shown.length > 0;
  const { problems } = useMemo(() => parseTraceQuery(text), [text]);
  const [problem] = draft === undefined || checked === text ? problems : [];
  const wanted = useRef<number>(undefined);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    input.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = undefined;
  });
  const close = (): void => {
    setOpen(false);
    setActive(-1);
  };
  const write = (next: string, at: number): void => {
    setDraft(next);
    setCaret(at);
    setActive(-1);
    setOpen(true);
  };
  const complete = ({ from, to, insert }: Completion): void => {
    wanted.current = from + insert.length;
    write(text.slice(0, from) + insert + text.slice(to), wanted.current);
  };
  const commit = (): boolean => {
    close();
    setChecked(text);
    const wrong = parseTraceQuery(text).problems[0];
    if (wrong !== undefined) {
      if (document.activeElement === input.current) input.current?.setSelectionRange(wrong.from, wrong.to);
      return false;
    }
    setDraft(undefined);
    if (text.trim() !== written) onCommit(text.trim());
    return true;
  };
  const move = (event: KeyboardEvent, by: number): void => {
    event.preventDefault();
    setOpen(true);
    // One place before the first is the line itself.
    setActive((held) => ((held + 1 + by + shown.length + 1) % (shown.length + 1)) - 1);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const chosen = shown[active];
    const first = open && event.key === 'Tab' && active === -1 && caret > 0 ? undefined : chosen;
    if (event.key === 'ArrowDown') move(event, 1);
    else if (event.key === 'ArrowUp') move(event, -1);
    else if ((event.key === 'Enter' || event.key === 'Tab') && first !== undefined) {
      event.preventDefault();
      complete(first);
    } else if (event.key === 'Enter') {
      // The form searches again by itself; a query that cannot be read is not searched for.
      if (!commit()) event.preventDefault();
    } else if (event.key === 'Escape' && (listed || draft !== undefined)) {
      event.preventDefault();
      // The list first, then what was written and not searched for.
      if (!listed) setDraft(undefined);
      close();
    }
  };
  return (
    <div className={`${field.field} ${styles.line}`}>
      <label className={field.label} htmlFor={id}>
        {listText.query}
      </label>
      <input
        ref={input}
        id={id}
        className={`${field.input} ${styles.input}`}
        role="combobox"
        aria-expanded={listed}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={listed && active !== -1 ? `${id}-${active}` : undefined}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        value={text}
        placeholder={listText.queryHint}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        enterKeyHint="search"
        onClick={() => setOpen(true)}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
        onChange={({ target }) => write(target.value, target.selectionStart ?? target.value.length)}
        onKeyDown={onKeyDown}
        onBlur={commit}
      />
      {listed && (
        <SuggestionList
          id={id}
          label={listText.query}
          shown={shown.map(({ label }) => label)}
          active={active}
          onChoose={(at) => complete(shown[at]!)}
        />
      )}
      {problem !== undefined && (
        <Suspense fallback={null}>
          <LazyProblem id={`${id}-problem`} text={text} problem={problem} />
        </Suspense>
      )}
    </div>
  );
}

/** Asks for what the place needs, and only while the list is open. */
function useCompletions(params: TracesParams, text: string, caret: number, open: boolean): readonly Completion[] {
  const named = useMemo(() => parsedQuery({ q: text }).conditions, [text]);
  const service = named.find(({ field: of, operator }) => of === 'service' && operator === '=')?.value;
  const services = useQuery(servicesQuery).data?.services;
  const tagKeys = useQuery({ ...tagKeysQuery(undefined), enabled: open }).data?.keys ?? [];
  const only = service ?? (services?.length === 1 ? services[0] : undefined);
  const operations = useQuery(operationsQuery(only)).data?.operations ?? [];
  // Without a service: what the traces that were found last have.
  const phone = useMedia(narrow);
  const counted = useQuery({ ...overviewQuery(params, overviewColumns(phone)), enabled: false }).data;
  const found = only === undefined ? counted?.facets.find(({ field: of }) => of === 'operation')?.values : undefined;
  const tagValues = useQuery(tagValuesQuery(params, open ? tagAt(text, caret) : undefined)).data ?? [];
  return useMemo(
    () =>
      open
        ? completionsAt(text, caret, {
            services: services?.filter((name) => name !== '') ?? [],
            operations: [
              ...new Set([...operations.map(({ name }) => name), ...(found ?? []).map(({ value }) => value)]),
            ],
            tagKeys,
            tagValues,
          })
        : [],
    [open, text, caret, services, operations, found, tagKeys, tagValues],
  );
}
