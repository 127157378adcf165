import type { ReactNode } from 'react';
import { useSpeech } from '../../words/language.tsx';
import styles from './skeleton.module.css';

/** The shape of what comes, without any of it. */
export function ListSkeleton(): ReactNode {
  const { words } = useSpeech();
  return (
    <div className={styles.skeleton} role="status" aria-label={words.loading}>
      <span className={styles.chart} />
      {Array.from({ length: 12 }, (_, index) => (
        <span key={index} className={styles.line} style={{ width: `${92 - ((index * 17) % 31)}%` }} />
      ))}
    </div>
  );
}
