import type { ReactNode } from 'react';
import type { DatedAnswer } from '../../api/queries.ts';
import button from '../../components/button.module.css';
import { Warning } from '../../components/notice.tsx';
import { conditionsOf, nearestChanges } from '../../model/nearest-change.ts';
import type { NearestChange } from '../../model/nearest-change.ts';
import { defaultRange, parseInstantMicros } from '../../model/time-range.ts';
import type { TracesParams } from '../../model/traces-search.ts';
import { useSpeech } from '../../words/language.tsx';
import styles from './empty-result.module.css';

interface EmptyResultProps {
  readonly answer: DatedAnswer;
  readonly params: TracesParams;
  readonly onChange: (next: TracesParams) => void;
}

/** What was searched, and the changes to the query that are the likeliest to find something. */
export function EmptyResult({ answer, params, onChange }: EmptyResultProps): ReactNode {
  const { words, instants } = useSpeech();
  const conditions = conditionsOf(params);
  const range = useRangeWords(params);
  const say = (change: NearestChange): string => {
    switch (change.kind) {
      case 'widen':
        return words.widen(words.lastRange(change.range));
      case 'match-trace':
        return words.matchWholeTrace;
      case 'drop':
        return words.without(change.condition);
      case 'clear':
        return words.clearAll;
    }
  };
  return (
    <>
      {!answer.complete && <Warning>{words.incomplete(instants.long(answer.searchedBackToMicros))}</Warning>}
      <section className={styles.empty} role="status">
        <h2>{words.nothingFound}</h2>
        <p>{conditions.length === 0 ? words.searchedAll(range) : words.searchedFor(range, conditions.join(', '))}</p>
        <h3>{words.nearestChange}</h3>
        <ul>
          {nearestChanges(params).map((change) => (
            <li key={say(change)}>
              <button type="button" className={button.text} onClick={() => onChange(change.params)}>
                {say(change)}
              </button>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function useRangeWords(params: TracesParams): string {
  const { words, instants } = useSpeech();
  const from = parseInstantMicros(params.from ?? '');
  const to = parseInstantMicros(params.to ?? '');
  if (from !== undefined && to !== undefined) return words.rangeBetween(instants.long(from), instants.long(to));
  return words.lastRange(params.range ?? defaultRange).toLowerCase();
}
