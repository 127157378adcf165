import { useState } from 'react';
import { readSetting, writeSetting } from '../../app/settings.ts';

const least = 160;

/** The width of the name column, remembered in this browser; none on a phone, where names stand above their bars. */
export function useNameWidth(total: number, phone: boolean): [width: number, set: (width: number) => void] {
  const [chosen, setChosen] = useState(() => Number(readSetting('name-width')) || undefined);
  const most = Math.max(least, total * 0.7);
  const width = Math.min(most, Math.max(least, chosen ?? Math.min(460, total * 0.36)));
  const set = (next: number): void => {
    const kept = Math.round(Math.min(most, Math.max(least, next)));
    writeSetting('name-width', String(kept));
    setChosen(kept);
  };
  return [phone ? 0 : Math.round(width), set];
}
