import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';
import styles from './frame.module.css';

export function NotFound(): ReactNode {
  const { words } = useSpeech();
  return (
    <div className={styles.notFound}>
      <h1>{words.pageNotFound}</h1>
      <p>
        <Link to="/">{words.toTraces}</Link>
      </p>
    </div>
  );
}
