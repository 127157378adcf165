import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';
import type { TraceSummary } from '@spanwise/wire/query';
import type { KeyRow } from '../../components/key-help.tsx';
import { useKeys } from '../../components/use-keys.ts';
import type { Words } from '../../words/en.ts';
import type { ListWords } from '../../words/en/list.ts';

/**
 * The keys of the list of traces. A row is chosen by having the focus, so Enter opens it as it opens any link. Rows
 * next to the one chosen are in the document even when they are out of view.
 */
export function useListKeys(
  list: RefObject<HTMLUListElement | null>,
  traces: readonly TraceSummary[],
  openHelp: () => void,
): void {
  /** Place of the row chosen last, counted from one as `aria-posinset` is: scrolling far takes it off the document. */
  const chosen = useRef(0);
  useEffect(() => {
    chosen.current = 0;
  }, [traces]);
  const move = (by: number) => (): void => {
    if (list.current === null) return;
    const row = rowAt(list.current, chosenPlace(list.current, chosen.current) + by) ?? firstInView(list.current);
    if (row === undefined) return;
    chosen.current = placeOf(row);
    row.querySelector('a')?.focus();
  };
  const actions: Readonly<Record<string, () => void>> = { j: move(1), k: move(-1), '?': openHelp };
  useKeys((key) => actions[key]);
}

/** Of the row that has the focus, else of the one chosen last; 0 before the first. */
function chosenPlace(list: HTMLElement, last: number): number {
  const focused = document.activeElement?.closest<HTMLElement>('li[aria-posinset]');
  return focused && list.contains(focused) ? placeOf(focused) : last;
}

/** Held at the ends of the list; undefined when the row is not in the document. */
function rowAt(list: HTMLElement, place: number): HTMLElement | undefined {
  const count = Number(list.querySelector('li')?.ariaSetSize ?? 0);
  const held = Math.min(Math.max(place, 1), count);
  return list.querySelector<HTMLElement>(`li[aria-posinset="${held}"]`) ?? undefined;
}

function firstInView(list: HTMLElement): HTMLElement | undefined {
  const rows = [...list.querySelectorAll<HTMLElement>('li[aria-posinset]')];
  return rows.find((row) => row.getBoundingClientRect().top >= 0) ?? rows[0];
}

function placeOf(row: HTMLElement): number {
  return Number(row.ariaPosInSet);
}

/** The same for people. */
export function listKeyRows(words: Words, listText: ListWords): readonly KeyRow[] {
  return [
    ['j k', listText.keyTraces],
    ['Enter', listText.keyOpenTrace],
    ['/', listText.keyQuery],
    ['Ctrl-K ⌘K', words.keyGo],
    ['?', words.keyHelpKey],
  ];
}
