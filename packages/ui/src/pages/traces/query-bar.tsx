import { Radio, Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { flushSync } from 'react-dom';
import button from '../../components/button.module.css';
import { useKeys } from '../../components/use-keys.ts';
import { narrow, useMedia } from '../../components/use-media.ts';
import { withoutAbsent } from '../../model/address.ts';
import type { AddressChange } from '../../model/address.ts';
import { withQueryText } from '../../model/traces-search.ts';
import type { TracesParams } from '../../model/traces-params.ts';
import { listWords } from '../../words/en/list.ts';
import { useSection } from '../../words/language.tsx';
import { LimitField, MatchField } from './choice-fields.tsx';
import view from '../view.module.css';
import styles from './query-bar.module.css';
import { QueryLine } from './query-line.tsx';
import { QuerySummary } from './query-summary.tsx';
import { RangeField } from './range-field.tsx';

interface QueryBarProps {
  readonly params: TracesParams;
  readonly busy: boolean;
  readonly onChange: (next: TracesParams) => void;
  /** Asks again with the query as it is. */
  readonly onSearch: () => void;
}

/** The query. What is confirmed goes into the address at once, and so is searched for. */
export function QueryBar({ params, busy, onChange, onSearch }: QueryBarProps): ReactNode {
  const listText = useSection('list', listWords);
  const phone = useMedia(narrow);
  const [open, setOpen] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const toQuery = (): void => {
    flushSync(() => setOpen(true));
    form.current?.querySelector('input')?.focus();
  };
  useKeys((key) => (key === '/' ? toQuery : undefined));
  const set = (part: AddressChange<TracesParams>): void =>
    onChange(withoutAbsent<TracesParams>({ ...params, ...part }));
  /** The query of the line is on its way into the address, and searched for from there. */
  const isCommitted = useRef(false);
  useEffect(() => {
    isCommitted.current = false;
  }, [params]);
  const commit = (text: string): void => {
    isCommitted.current = true;
    onChange(withQueryText(params, text));
  };
  // New traces come now: a range that ended earlier, or a part of the map, has none.
  const goLive = (): void => set({ live: '1', from: undefined, to: undefined, brush: undefined });
  if (phone && !open) return <QuerySummary params={params} onOpen={() => setOpen(true)} />;
  return (
    <form
      ref={form}
      className={`${view.bar} ${styles.bar}`}
      aria-label={listText.query}
      onSubmit={(event) => {
        event.preventDefault();
        if (event.currentTarget.querySelector('[aria-invalid=true]') !== null) return;
        setOpen(false);
        if (!isCommitted.current) onSearch();
      }}
    >
      <QueryLine params={params} onCommit={commit} />
      <MatchField value={params.match} onChange={(match) => set({ match })} />
      <LimitField value={params.limit} onChange={(limit) => set({ limit })} />
      <RangeField
        params={params}
        onChange={(part) => set({ ...part, brush: undefined, live: part.from === undefined ? params.live : undefined })}
      />
      <button
        type="button"
        className={`${button.text} ${styles.live}`}
        aria-pressed={params.live === '1'}
        title={listText.liveHelp}
        onClick={() => (params.live === '1' ? set({ live: undefined }) : goLive())}
      >
        <Radio size={14} aria-hidden="true" />
        {listText.live}
      </button>
      <button type="submit" className={`${button.primary} ${styles.search}`} aria-busy={busy}>
        <Search size={14} aria-hidden="true" />
        {listText.search}
      </button>
    </form>
  );
}
