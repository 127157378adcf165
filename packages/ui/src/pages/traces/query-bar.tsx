import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { operationsQuery, servicesQuery } from '../../api/queries.ts';
import button from '../../components/button.module.css';
import { SuggestField } from '../../components/suggest-field.tsx';
import { useKeys } from '../../components/use-keys.ts';
import { narrow, useMedia } from '../../components/use-media.ts';
import type { TracesParams } from '../../model/traces-search.ts';
import { useSpeech } from '../../words/language.tsx';
import { DurationField } from './duration-field.tsx';
import { LimitField, MatchField } from './choice-fields.tsx';
import styles from './query-bar.module.css';
import { QuerySummary } from './query-summary.tsx';
import { RangeField } from './range-field.tsx';
import { TagField } from './tag-field.tsx';

interface QueryBarProps {
  readonly params: TracesParams;
  readonly busy: boolean;
  readonly onChange: (next: TracesParams) => void;
  /** Asks again with the query as it is. */
  readonly onSearch: () => void;
}

/** The query by fields. Every confirmed field goes into the address at once, and so is searched for. */
export function QueryBar({ params, busy, onChange, onSearch }: QueryBarProps): ReactNode {
  const { words } = useSpeech();
  const phone = useMedia(narrow);
  const [open, setOpen] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const toQuery = (): void => {
    flushSync(() => setOpen(true));
    form.current?.querySelector('input')?.focus();
  };
  useKeys((key) => (key === '/' ? toQuery : undefined));
  const services = useQuery(servicesQuery).data?.services.filter((name) => name !== '') ?? [];
  const operations = useQuery(operationsQuery(params.service)).data?.operations ?? [];
  const names = [...new Set(operations.map(({ name }) => name))];
  const set = (part: { readonly [K in keyof TracesParams]: TracesParams[K] | undefined }): void =>
    onChange(withoutAbsent({ ...params, ...part }));
  if (phone && !open) return <QuerySummary params={params} onOpen={() => setOpen(true)} />;
  return (
    <form
      ref={form}
      className={styles.bar}
      aria-label={words.query}
      onSubmit={(event) => {
        event.preventDefault();
        setOpen(false);
        onSearch();
      }}
    >
      <SuggestField
        className={styles.service}
        label={words.service}
        placeholder={words.anyService}
        value={params.service ?? ''}
        suggestions={services}
        onCommit={(service) => set({ service: service || undefined, operation: undefined })}
      />
      <SuggestField
        className={styles.operation}
        label={words.operation}
        placeholder={words.anyOperation}
        value={params.operation ?? ''}
        suggestions={names}
        onCommit={(operation) => set({ operation: operation || undefined })}
      />
      <TagField
        service={params.service}
        tags={params.tag ?? []}
        onChange={(tag) => set({ tag: tag.length === 0 ? undefined : tag })}
      />
      <DurationField
        label={words.minDuration}
        placeholder={words.minDurationHint}
        value={params.min ?? ''}
        onCommit={(min) => set({ min: min || undefined })}
      />
      <DurationField
        label={words.maxDuration}
        placeholder={words.maxDurationHint}
        value={params.max ?? ''}
        onCommit={(max) => set({ max: max || undefined })}
      />
      <MatchField value={params.match} onChange={(match) => set({ match })} />
      <LimitField value={params.limit} onChange={(limit) => set({ limit })} />
      <RangeField params={params} onChange={set} />
      <button type="submit" className={`${button.primary} ${styles.search}`} aria-busy={busy}>
        <Search size={14} aria-hidden="true" />
        {words.search}
      </button>
    </form>
  );
}

/** Absent conditions leave the address instead of standing in it empty. */
function withoutAbsent(params: { readonly [K in keyof TracesParams]: TracesParams[K] | undefined }): TracesParams {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined)) as TracesParams;
}
