import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { notHereWords } from '../../words/en/not-here.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './not-here.module.css';

/** Nothing of the trace is stored, or not yet. */
export function NotHere({ traceId }: { readonly traceId: string }): ReactNode {
  const { words } = useSpeech();
  const own = useSection('notHere', notHereWords);
  return (
    <section className={styles.notHere}>
      <h1>{own.traceNotFound}</h1>
      <p>{own.traceNotFoundText(traceId)}</p>
      <p>
        <Link to="/">{words.toTraces}</Link>
      </p>
    </section>
  );
}
