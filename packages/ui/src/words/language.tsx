import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { readSetting, writeSetting } from '../app/settings.ts';
import { instantFormat } from '../model/instants.ts';
import type { InstantFormat } from '../model/instants.ts';
import { en } from './en.ts';
import type { Words } from './en.ts';

type Language = 'en' | 'zh';

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

interface Dictionary {
  readonly language: Language;
  readonly words: Words;
}

/** Draws nothing until the dictionary is there; English is always there, others are loaded when they are needed. */
export function LanguageProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [chosen, setChosen] = useState(initialLanguage);
  const [dictionary, setDictionary] = useState<Dictionary | undefined>(
    chosen === 'en' ? { language: 'en', words: en } : undefined,
  );
  useEffect(() => {
    let current = true;
    void loadWords(chosen).then((words) => {
      if (!current) return;
      document.documentElement.lang = words === en ? 'en' : chosen;
      setDictionary({ language: words === en ? 'en' : chosen, words });
    });
    return () => {
      current = false;
    };
  }, [chosen]);
  const speech = useMemo(
    () => (dictionary === undefined ? undefined : makeSpeech(dictionary, setChosen)),
    [dictionary],
  );
  if (speech === undefined) return null;
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

async function loadWords(language: Language): Promise<Words> {
  if (language === 'en') return en;
  try {
    return (await import('./zh.ts')).zh;
  } catch {
    // The collector is gone: better in English than not at all.
    return en;
  }
}

function makeSpeech({ language, words }: Dictionary, choose: (language: Language) => void): Speech {
  const numbers = new Intl.NumberFormat(language);
  const percents = new Intl.NumberFormat(language, { style: 'percent', maximumSignificantDigits: 2 });
  return {
    language,
    words,
    instants: instantFormat(language),
    count: (value) => numbers.format(value),
    percent: (share) => percents.format(share),
    setLanguage: (next) => {
      writeSetting('language', next);
      choose(next);
    },
  };
}

function initialLanguage(): Language {
  const stored = readSetting('language');
  if (stored === 'en' || stored === 'zh') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
