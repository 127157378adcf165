import { readSetting, writeSetting } from './settings.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export function storedTheme(): Theme {
  return themes.find((theme) => theme === readSetting('theme')) ?? 'system';
}

export function storeTheme(theme: Theme): void {
  writeSetting('theme', theme === 'system' ? undefined : theme);
  applyTheme(theme);
}

/** Canvas drawings read their colours when they draw, so they are told when these change. */
export const themeChanged = 'spanwise:theme';

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  document.dispatchEvent(new Event(themeChanged));
}
