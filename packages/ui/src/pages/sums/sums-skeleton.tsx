import { useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { currentConnection, subscribeConnection } from '../../api/connection.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './sums-skeleton.module.css';

/** The shape of a table that comes, without any of it. */
export function SumsSkeleton(): ReactNode {
  const { words } = useSpeech();
  const own = useSection('services', servicesWords);
  const connection = useSyncExternalStore(subscribeConnection, currentConnection);
  // The shape of what comes would promise that it does.
  if (connection === 'gone')
    return (
      <p className={styles.gone} role="status">
        {own.nothingArrived}
      </p>
    );
  return (
    <div className={styles.skeleton} role="status" aria-label={words.loading}>
      {Array.from({ length: 12 }, (_, index) => (
        <span key={index} style={{ width: `${94 - ((index * 13) % 29)}%` }} />
      ))}
    </div>
  );
}
