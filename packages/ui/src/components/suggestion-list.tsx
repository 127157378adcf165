import { useRef } from 'react';
import type { ReactNode } from 'react';
import styles from './suggestion-list.module.css';

interface SuggestionListProps {
  /** Of the field; its list is `ID-list`, its options are `ID-0` and so on. */
  readonly id: string;
  readonly label: string;
  readonly shown: readonly string[];
  readonly active: number;
  /** Said where nothing is shown; nothing unless given. */
  readonly noMatch?: string;
  readonly onChoose: (at: number) => void;
}

/** What a field may be completed with, under it. */
export function SuggestionList({ id, label, shown, active, noMatch, onChoose }: SuggestionListProps): ReactNode {
  const scrolled = useRef(-1);
  const keepInView = (element: HTMLElement | null, at: number): void => {
    if (element === null || at !== active || scrolled.current === active) return;
    scrolled.current = active;
    element.scrollIntoView({ block: 'nearest' });
  };
  return (
    // The field keeps the focus while the pointer chooses.
    <div className={styles.popup} onPointerDown={(event) => event.preventDefault()}>
      {shown.length === 0 && noMatch !== undefined && <p className={styles.empty}>{noMatch}</p>}
      <ul id={`${id}-list`} role="listbox" aria-label={label}>
        {shown.map((suggestion, at) => (
          <li
            key={suggestion}
            id={`${id}-${at}`}
            ref={(element) => keepInView(element, at)}
            role="option"
            aria-selected={at === active}
            className={styles.item}
            onClick={() => onChoose(at)}
          >
            {suggestion}
          </li>
        ))}
      </ul>
    </div>
  );
}
