import { useEffect, useRef } from 'react';

/**
 * Keys of a view, by what `KeyboardEvent.key` says. They rest while somebody types, and while a dialog is open.
 * `actionFor` gives what a key does, `undefined` for keys that mean nothing here.
 */
export function useKeys(actionFor: (key: string) => (() => void) | undefined): void {
  const latest = useRef(actionFor);
  useEffect(() => {
    latest.current = actionFor;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
      const action = latest.current(event.key);
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}

/** True when the key belongs to what has the focus. */
function isTaken(event: KeyboardEvent): boolean {
  if (!(event.target instanceof Element)) return false;
  if (event.target.closest('input, select, textarea, [contenteditable]') !== null) return true;
  if (document.querySelector('dialog[open]') !== null) return true;
  return (event.key === 'Enter' || event.key === ' ') && event.target.closest('button, a, summary') !== null;
}
