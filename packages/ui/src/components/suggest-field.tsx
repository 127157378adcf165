import { useId, useMemo, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { matchingSuggestions } from '../model/suggestions.ts';
import field from './field.module.css';
import styles from './suggest-field.module.css';
import { SuggestionList } from './suggestion-list.tsx';

interface SuggestFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly suggestions: readonly string[];
  /** Said where nothing known begins like what is typed. */
  readonly noMatch: string;
  /** Called with what was chosen, or typed and confirmed by Enter or by leaving the field. */
  readonly onCommit: (value: string) => void;
  readonly className?: string | undefined;
}

/** More than these are never shown: typing narrows them. */
const mostShown = 100;

/**
 * A text field with completion: ARIA's editable combobox with a list popup
 * (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). What is not among the suggestions is taken as it stands.
 */
export function SuggestField({
  label,
  placeholder,
  value,
  suggestions,
  noMatch,
  onCommit,
  className,
}: SuggestFieldProps): ReactNode {
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const shown = useMemo(() => matchingSuggestions(suggestions, draft ?? '', mostShown), [suggestions, draft]);
  const close = (): void => {
    setOpen(false);
    setActive(-1);
  };
  const commit = (text: string): void => {
    setDraft(undefined);
    close();
    if (text.trim() !== value) onCommit(text.trim());
  };
  const move = (event: KeyboardEvent, by: number): void => {
    event.preventDefault();
    setOpen(true);
    // One place before the first is the field itself.
    setActive((held) => ((held + 1 + by + shown.length + 1) % (shown.length + 1)) - 1);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'ArrowDown') move(event, 1);
    else if (event.key === 'ArrowUp') move(event, -1);
    else if (event.key === 'Enter') commit(shown[active] ?? event.currentTarget.value);
    else if (event.key === 'Escape' && open) {
      event.preventDefault();
      setDraft(undefined);
      close();
    }
  };
  const listed = open && (shown.length > 0 || (draft ?? '').trim() !== '');
  return (
    <div className={`${field.field} ${styles.field} ${className ?? ''}`}>
      <label className={field.label} htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className={field.input}
        role="combobox"
        aria-expanded={listed}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active === -1 ? undefined : `${id}-${active}`}
        value={draft ?? value}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        onFocus={(event) => event.currentTarget.select()}
        onClick={() => setOpen(true)}
        onChange={(event) => {
          setDraft(event.target.value);
          setOpen(true);
          setActive(-1);
        }}
        onKeyDown={onKeyDown}
        onBlur={(event) => commit(event.currentTarget.value)}
      />
      {listed && (
        <SuggestionList
          id={id}
          label={label}
          shown={shown}
          active={active}
          noMatch={noMatch}
          onChoose={(at) => commit(shown[at] ?? '')}
        />
      )}
    </div>
  );
}
