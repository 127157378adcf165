import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { readSetting, writeSetting } from '../app/settings.ts';
import { instantFormat } from '../model/instants.ts';
import type { InstantFormat } from '../model/instants.ts';
import { en } from './en.ts';
import type { Words } from './en.ts';
import { zh } from './zh.ts';

const dictionaries = { en, zh } as const satisfies Record<string, Words>;
export type Language = keyof typeof dictionaries;

interface Speech {
  readonly language: Language;
  readonly words: Words;
  readonly instants: InstantFormat;
  readonly count: (value: number) => string;
  readonly percent: (share: number) => string;
  readonly setLanguage: (language: Language) => void;
}

const SpeechContext = createContext<Speech | undefined>(undefined);

/** Words and formats of the chosen language; at first the browser's. */
export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (speech === undefined) throw new Error('useSpeech needs a LanguageProvider above it');
  return speech;
}

export function LanguageProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState(initialLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const speech = useMemo(() => makeSpeech(language, setLanguage), [language]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

function makeSpeech(language: Language, set: (language: Language) => void): Speech {
  const numbers = new Intl.NumberFormat(language);
  const percents = new Intl.NumberFormat(language, { style: 'percent', maximumSignificantDigits: 2 });
  return {
    language,
    words: dictionaries[language],
    instants: instantFormat(language),
    count: (value) => numbers.format(value),
    percent: (share) => percents.format(share),
    setLanguage: (next) => {
      writeSetting('language', next);
      set(next);
    },
  };
}

function initialLanguage(): Language {
  const stored = readSetting('language');
  if (stored === 'en' || stored === 'zh') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
