import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { readSetting, writeSetting } from '../app/settings.ts';
import { instantFormat } from '../model/instants.ts';
import type { InstantFormat } from '../model/instants.ts';
import { en } from './en.ts';
import type { Words } from './en.ts';
import type { Sections } from './sections.ts';

type Language = 'en' | 'zh';

interface Speech {
  readonly language: Language;
  readonly words: Words;
  /** Nothing in English, where each part brings its own. */
  readonly sections: Sections | undefined;
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

/** The words of a part that is loaded when it is first shown; its English comes with it. */
export function useSection<Name extends keyof Sections>(name: Name, english: Sections[Name]): Sections[Name] {
  return useSpeech().sections?.[name] ?? english;
}

interface Dictionary {
  readonly language: Language;
  readonly words: Words;
  readonly sections?: Sections;
}

const english: Dictionary = { language: 'en', words: en };

/** Draws nothing until the dictionary is there; English is always there, others are loaded when they are needed. */
export function LanguageProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [chosen, setChosen] = useState(initialLanguage);
  const [dictionary, setDictionary] = useState<Dictionary | undefined>(chosen === 'en' ? english : undefined);
  useEffect(() => {
    let current = true;
    void loadDictionary(chosen).then((loaded) => {
      if (!current) return;
      document.documentElement.lang = loaded.language;
      setDictionary(loaded);
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

async function loadDictionary(language: Language): Promise<Dictionary> {
  if (language === 'en') return english;
  try {
    const { zh, sections } = await import('./zh.ts');
    return { language, words: zh, sections };
  } catch {
    // The collector is gone: better in English than not at all.
    return english;
  }
}

function makeSpeech({ language, words, sections }: Dictionary, choose: (language: Language) => void): Speech {
  const numbers = new Intl.NumberFormat(language);
  const percents = new Intl.NumberFormat(language, { style: 'percent', maximumSignificantDigits: 2 });
  return {
    language,
    words,
    sections,
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
