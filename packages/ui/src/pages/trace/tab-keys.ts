import { useEffect } from 'react';
import type { RefObject } from 'react';

/** What a key does while a tab is shown; `undefined` for keys that mean there what they mean everywhere. */
export type TabKeys = (key: string) => (() => void) | undefined;

/** Where the shown tab leaves its keys. */
export type TabKeysRef = RefObject<TabKeys | undefined>;

/** Keys of a tab, which come before those of the whole view. */
export function useTabKeys(held: TabKeysRef, keys: TabKeys): void {
  useEffect(() => {
    held.current = keys;
    return () => {
      held.current = undefined;
    };
  });
}
