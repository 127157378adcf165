import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import frame from '../app/frame.module.css';
import { Logo } from '../app/logo.tsx';
import { LanguageButton, ThemeButton } from '../app/preferences.tsx';
import { jsonWords } from '../words/en/json.ts';
import { useSection, useSpeech } from '../words/language.tsx';
import styles from './file-frame.module.css';

/** What stands around a trace in a saved file. */
export function FileFrame(): ReactNode {
  const { words } = useSpeech();
  const jsonText = useSection('json', jsonWords);
  return (
    <>
      <header className={frame.bar}>
        <span className={frame.brand}>
          <Logo />
          <span>{words.brand}</span>
        </span>
        <span className={styles.note}>{jsonText.inFile}</span>
        <LanguageButton />
        <ThemeButton />
      </header>
      <main>
        <Outlet />
      </main>
    </>
  );
}

/** The template, opened as it is. */
export function EmptyFile(): ReactNode {
  const jsonText = useSection('json', jsonWords);
  return (
    <main className={styles.empty}>
      <h1>{jsonText.emptyFile}</h1>
    </main>
  );
}
