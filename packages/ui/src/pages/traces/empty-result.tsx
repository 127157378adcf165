import type { ReactNode } from 'react';
import type { DatedAnswer } from '../../api/traces-queries.ts';
import button from '../../components/button.module.css';
import { Warning } from '../../components/notice.tsx';
import { useNow } from '../../components/use-now.ts';
import { conditionsOf } from '../../model/nearest-change.ts';
import type { NearestChange } from '../../model/nearest-change.ts';
import { namesService } from '../../model/traces-search.ts';
import type { TracesParams } from '../../model/traces-params.ts';
import type { Words } from '../../words/en.ts';
import { listWords } from '../../words/en/list.ts';
import type { ListWords } from '../../words/en/list.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './empty-result.module.css';
import { useTriedChanges } from './use-tried-changes.ts';
import { useRangeWords } from './use-range-words.ts';

interface EmptyResultProps {
  readonly answer: DatedAnswer;
  readonly params: TracesParams;
  readonly onChange: (next: TracesParams) => void;
}

/** What was searched, and the changes to the query that are the likeliest to find something. */
export function EmptyResult({ answer, params, onChange }: EmptyResultProps): ReactNode {
  const { words, instants } = useSpeech();
  const listText = useSection('list', listWords);
  const offered = useTriedChanges(params);
  const now = useNow();
  const conditions = conditionsOf(params);
  const range = useRangeWords(params).toLowerCase();
  return (
    <div>
      {!answer.complete && (
        <Warning>
          {listText.incomplete(instants.long(answer.searchedBackToMicros))}{' '}
          {listText.incompleteAdvice(namesService(params))}
        </Warning>
      )}
      <section className={styles.empty} role="status">
        <h2>{listText.nothingFound}</h2>
        <p>
          {conditions.length === 0 ? listText.searchedAll(range) : listText.searchedFor(range, conditions.join(', '))}
        </p>
        <h3>{listText.nearestChange}</h3>
        <ul>
          {offered?.map(({ change, newest }) => (
            <li key={sayChange(words, listText, change)}>
              <button type="button" className={button.text} onClick={() => onChange(change.params)}>
                {sayChange(words, listText, change)}
              </button>
              {newest !== undefined && (
                <small>
                  {listText.findsNewest(
                    `${newest.rootService || words.unnamedService} ${newest.rootName || words.unnamedOperation}`,
                    instants.relative(newest.startMicros, now),
                  )}
                </small>
              )}
            </li>
          ))}
        </ul>
        {offered === undefined ? (
          <p>{listText.tryingChanges}</p>
        ) : (
          offered.length === 0 && <p>{listText.noChangeFinds}</p>
        )}
      </section>
    </div>
  );
}

function sayChange(words: Words, listText: ListWords, change: NearestChange): string {
  if (change.kind === 'widen') return listText.widen(words.lastRange(change.range));
  if (change.kind === 'unbrush') return listText.clearBrush;
  if (change.kind === 'rewrite') return listText.searchInstead(change.condition);
  if (change.kind === 'drop') return listText.without(change.condition);
  return change.kind === 'match-trace' ? listText.matchWholeTrace : listText.clearAll;
}
