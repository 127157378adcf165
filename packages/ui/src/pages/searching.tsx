import type { ReactNode } from 'react';
import { listWords } from '../words/en/list.ts';
import { useSection } from '../words/language.tsx';
import styles from './searching.module.css';

/** In the place of what was found: nothing of it is here yet, nor is it known that there is nothing. */
export function Searching(): ReactNode {
  const listText = useSection('list', listWords);
  return (
    <p className={styles.searching} role="status">
      {listText.searching}
    </p>
  );
}
