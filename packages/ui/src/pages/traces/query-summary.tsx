import { ChevronDown, Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { conditionsOf } from '../../model/nearest-change.ts';
import { listWords } from '../../words/en/list.ts';
import { useSection } from '../../words/language.tsx';
import type { TracesParams } from '../../model/traces-params.ts';
import styles from './query-bar.module.css';
import { useRangeWords } from './use-range-words.ts';

interface QuerySummaryProps {
  readonly params: TracesParams;
  readonly onOpen: () => void;
}

/** The query in one line, where there is no room for its fields; pressing it shows them. */
export function QuerySummary({ params, onOpen }: QuerySummaryProps): ReactNode {
  const listText = useSection('list', listWords);
  const range = useRangeWords(params);
  const conditions = conditionsOf(params);
  return (
    <button
      type="button"
      className={styles.summary}
      aria-expanded={false}
      title={listText.changeQuery}
      onClick={onOpen}
    >
      <Search size={15} aria-hidden="true" />
      <span>{[range, ...(conditions.length === 0 ? [listText.anything] : conditions)].join(' · ')}</span>
      <ChevronDown size={16} aria-hidden="true" />
    </button>
  );
}
