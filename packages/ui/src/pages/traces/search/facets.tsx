import { useQuery } from '@tanstack/react-query';
import { ListFilter, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { SearchCondition, TraceFacet } from '@spanwise/wire/query';
import { overviewColumns, overviewQuery } from '../../../api/traces-queries.ts';
import button from '../../../components/button.module.css';
import { Failure } from '../../../components/notice.tsx';
import { narrow, useMedia } from '../../../components/use-media.ts';
import { facetCondition, isChosen, toggled } from '../../../model/facets.ts';
import { parsedQuery, withConditions } from '../../../model/traces-search.ts';
import type { TracesParams } from '../../../model/traces-params.ts';
import { searchWords } from '../../../words/en/search.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import styles from './facets.module.css';

export interface FacetsProps {
  readonly params: TracesParams;
  readonly onChange: (next: TracesParams) => void;
}

/** What the found traces have, with counts; beside the list, and in a sheet where there is no room. */
export function Facets(props: FacetsProps): ReactNode {
  const phone = useMedia(narrow);
  return phone ? <FacetSheet {...props} /> : <FacetList {...props} />;
}

function FacetSheet(props: FacetsProps): ReactNode {
  const { words } = useSpeech();
  const own = useSection('search', searchWords);
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  const close = (): void => dialog.current?.close();
  return (
    <>
      <button
        type="button"
        className={`${button.text} ${styles.opener}`}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <ListFilter size={15} aria-hidden="true" />
        {own.facets}
      </button>
      <dialog
        ref={dialog}
        className={styles.sheet}
        aria-label={own.facets}
        onClose={() => setOpen(false)}
        onClick={(event) => event.target === dialog.current && close()}
      >
        {open && (
          <>
            <header>
              <h2>{own.facets}</h2>
              <button type="button" className={button.icon} aria-label={words.close} onClick={close}>
                <X size={16} />
              </button>
            </header>
            <FacetList {...props} />
            <button type="button" className={`${button.primary} ${styles.done}`} onClick={close}>
              {own.closeFacets}
            </button>
          </>
        )}
      </dialog>
    </>
  );
}

function FacetList({ params, onChange }: FacetsProps): ReactNode {
  const own = useSection('search', searchWords);
  // What the map asks for, when nothing is chosen in it.
  const phone = useMedia(narrow);
  const overview = useQuery(overviewQuery(params, overviewColumns(phone)));
  const { conditions } = parsedQuery(params);
  const toggle = (condition: SearchCondition): void => onChange(withConditions(params, toggled(conditions, condition)));
  if (overview.data === undefined) {
    if (overview.error === null) return <div className={styles.facets} aria-busy="true" />;
    return (
      <div className={styles.facets}>
        <Failure error={overview.error} onRetry={() => void overview.refetch()} />
      </div>
    );
  }
  const facets = overview.data.facets.filter(({ values }) => values.length > 0);
  return (
    <section className={styles.facets} aria-label={own.facets} aria-busy={overview.isPlaceholderData}>
      {facets.length === 0 && <p className={styles.note}>{overview.isPlaceholderData ? own.counting : own.noFacets}</p>}
      {facets.map((facet) => (
        <FacetGroup
          key={`${facet.field} ${facet.key}`}
          facet={facet}
          total={overview.data.traceCount}
          conditions={conditions}
          onToggle={toggle}
        />
      ))}
      {facets.some(({ field }) => field === 'tag') && <p className={styles.note}>{own.facetsSeparate}</p>}
    </section>
  );
}

interface FacetGroupProps {
  readonly facet: TraceFacet;
  readonly total: number;
  readonly conditions: readonly SearchCondition[];
  readonly onToggle: (condition: SearchCondition) => void;
}

function FacetGroup({ facet, total, conditions, onToggle }: FacetGroupProps): ReactNode {
  const { words, count } = useSpeech();
  const own = useSection('search', searchWords);
  const name = facet.key ?? own.facet(facet.field);
  const label = (value: string): string => {
    if (facet.field === 'trace.error') return value === 'true' ? own.hasErrors : own.hasNoErrors;
    if (value !== '') return value;
    return facet.field === 'tag'
      ? own.emptyValue
      : facet.field === 'service'
        ? words.unnamedService
        : words.unnamedOperation;
  };
  const hidden = facet.distinct - facet.values.length;
  return (
    <div className={styles.group} role="group" aria-label={name}>
      <h2 title={name}>{name}</h2>
      {facet.values.map(({ value, count: traces }) => {
        const condition = facetCondition(facet, value);
        return (
          <button
            key={value}
            type="button"
            className={styles.value}
            aria-pressed={isChosen(conditions, condition)}
            title={label(value)}
            onClick={() => onToggle(condition)}
          >
            <span
              className={styles.bar}
              style={{ width: `${(traces / Math.max(1, total)) * 100}%` }}
              aria-hidden="true"
            />
            <span className={styles.name}>{label(value)}</span>
            <span className={styles.count}>{count(traces)}</span>
          </button>
        );
      })}
      {hidden > 0 && <p className={styles.note}>{own.moreValues(count(hidden))}</p>}
    </div>
  );
}
