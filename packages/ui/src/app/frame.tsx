import { Link, Outlet } from '@tanstack/react-router';
import { Unplug } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { currentConnection, subscribeConnection } from '../api/connection.ts';
import { rangeOf } from '../model/sums-params.ts';
import { useSpeech } from '../words/language.tsx';
import styles from './frame.module.css';
import { Logo } from './logo.tsx';
import { LanguageButton, ThemeButton } from './preferences.tsx';
import { TraceIdField } from './trace-id-field.tsx';

/** What stands around every view: the top bar, and a line under it while the collector is gone. */
export function Frame(): ReactNode {
  const { words } = useSpeech();
  return (
    <>
      <a className={styles.skip} href="#content">
        {words.skipToContent}
      </a>
      <header className={styles.bar}>
        <Link to="/" className={styles.brand} aria-label={words.brand}>
          <Logo />
          <span>{words.brand}</span>
        </Link>
        <nav className={styles.views} aria-label={words.mainNavigation}>
          <Link to="/services" search={rangeOf} activeOptions={{ includeSearch: false }}>
            {words.services}
          </Link>
          <Link to="/" search={rangeOf} activeOptions={{ exact: true, includeSearch: false }}>
            {words.traces}
          </Link>
          <Link to="/map" search={rangeOf} activeOptions={{ includeSearch: false }}>
            {words.map}
          </Link>
        </nav>
        <TraceIdField />
        <LanguageButton />
        <ThemeButton />
      </header>
      <ConnectionLine />
      <main id="content" className={styles.content} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

function ConnectionLine(): ReactNode {
  const { words } = useSpeech();
  const connection = useSyncExternalStore(subscribeConnection, currentConnection);
  if (connection === 'up') return null;
  return (
    <div className={styles.gone} role="status">
      <Unplug size={14} aria-hidden="true" />
      {words.collectorGone}
    </div>
  );
}
