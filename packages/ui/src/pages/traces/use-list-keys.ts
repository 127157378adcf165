import { useRef } from 'react';
import type { RefObject } from 'react';
import type { KeyRow } from '../../components/key-help.tsx';
import { useKeys } from '../../components/use-keys.ts';
import type { Words } from '../../words/en.ts';

/**
 * The keys of the list of traces. A row is chosen by having the focus, so Enter opens it as it opens any link. Rows
 * next to the one chosen are in the document even when they are out of view.
 */
export function useListKeys(list: RefObject<HTMLUListElement | null>, openHelp: () => void): void {
  /** Place of the row chosen last, counted from one as `aria-posinset` is: scrolling far takes it off the document. */
  const chosen = useRef(0);
  const move = (by: number) => (): void => {
    const row = document.activeElement?.closest('li[aria-posinset]');
    const from = list.current?.contains(row ?? null) ? Number(row?.getAttribute('aria-posinset')) : chosen.current;
    const link =
      linkOfRow(list.current, from + by) ?? list.current?.querySelector<HTMLAnchorElement>('li[aria-posinset] a');
    if (link === null || link === undefined) return;
    chosen.current = Number(link.closest('li')?.getAttribute('aria-posinset'));
    link.focus();
  };
  const actions: Readonly<Record<string, () => void>> = { j: move(1), k: move(-1), '?': openHelp };
  useKeys((key) => actions[key]);
}

function linkOfRow(list: HTMLElement | null, place: number): HTMLAnchorElement | null | undefined {
  return list?.querySelector<HTMLAnchorElement>(`li[aria-posinset="${place}"] a`);
}

/** The same for people. */
export function listKeyRows(words: Words): readonly KeyRow[] {
  return [
    ['j k', words.keyTraces],
    ['Enter', words.keyOpenTrace],
    ['/', words.keyQuery],
    ['Ctrl-K ⌘K', words.keyGo],
    ['?', words.keyHelpKey],
  ];
}
