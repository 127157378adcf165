import type { ReactNode } from 'react';
import type { QueryProblem } from '@spanwise/analysis';
import { searchWords } from '../../../words/en/search.ts';
import { useSection } from '../../../words/language.tsx';
import styles from './query-problem-line.module.css';

interface QueryProblemLineProps {
  readonly id: string;
  readonly text: string;
  readonly problem: QueryProblem;
}

/** Around the place that is wrong, so many characters of the query are shown. */
const around = 24;

/** What is wrong with a query, and where. */
export function QueryProblemLine({ id, text, problem }: QueryProblemLineProps): ReactNode {
  const own = useSection('search', searchWords);
  const { from, to } = problem;
  return (
    <p id={id} className={styles.problem} role="alert">
      {own.problem(problem)}{' '}
      <code>
        {from > around && '…'}
        {text.slice(Math.max(0, from - around), from)}
        <mark>{text.slice(from, to)}</mark>
        {text.slice(to, to + around)}
        {to + around < text.length && '…'}
      </code>
    </p>
  );
}
