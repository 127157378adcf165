import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import button from '../components/button.module.css';
import { useSpeech } from '../words/language.tsx';
import { storedTheme, storeTheme, themes } from './theme.ts';

const icons = { system: Monitor, light: Sun, dark: Moon } as const;

/** Goes round: as the system, light, dark. */
export function ThemeButton(): ReactNode {
  const { words } = useSpeech();
  const [theme, setTheme] = useState(storedTheme);
  const Icon = icons[theme];
  const turn = (): void => {
    const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
    storeTheme(next);
    setTheme(next);
  };
  const name = words.themeNow(theme);
  return (
    <button type="button" className={button.icon} aria-label={name} title={name} onClick={turn}>
      <Icon size={16} />
    </button>
  );
}

export function LanguageButton(): ReactNode {
  const { words, language, setLanguage } = useSpeech();
  const name = `${words.language}: ${words.otherLanguage}`;
  return (
    <button
      type="button"
      className={button.icon}
      aria-label={name}
      title={name}
      onClick={() => setLanguage(language === 'en' ? 'zh' : 'en')}
    >
      <Languages size={16} />
    </button>
  );
}
