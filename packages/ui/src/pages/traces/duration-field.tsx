import { useState } from 'react';
import type { ReactNode } from 'react';
import field from '../../components/field.module.css';
import { parseDurationMicros } from '../../model/durations.ts';
import { useSpeech } from '../../words/language.tsx';
import styles from './query-bar.module.css';

interface DurationFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onCommit: (value: string) => void;
}

/** A duration with its unit. What cannot be read stays, is marked, and is not searched for. */
export function DurationField({ label, placeholder, value, onCommit }: DurationFieldProps): ReactNode {
  const { words } = useSpeech();
  const [draft, setDraft] = useState<string>();
  const text = draft ?? value;
  const wrong = text.trim() !== '' && parseDurationMicros(text) === undefined;
  const commit = (): void => {
    if (wrong || draft === undefined) return;
    setDraft(undefined);
    if (draft.trim() !== value) onCommit(draft.trim());
  };
  return (
    <label className={`${field.field} ${styles.duration}`}>
      <span className={field.label}>{label}</span>
      <input
        className={field.input}
        value={text}
        placeholder={placeholder}
        inputMode="text"
        autoComplete="off"
        spellCheck={false}
        aria-invalid={wrong}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
      {wrong && (
        <span className={field.problem} role="alert">
          {words.notADuration}
        </span>
      )}
    </label>
  );
}
