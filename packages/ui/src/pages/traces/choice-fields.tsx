import type { ReactNode } from 'react';
import field from '../../components/field.module.css';
import { defaultLimit, limitChoices } from '../../model/traces-params.ts';
import { listWords } from '../../words/en/list.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './query-bar.module.css';

interface MatchFieldProps {
  readonly value: 'trace' | undefined;
  readonly onChange: (value: 'trace' | undefined) => void;
}

/** Whether one span must meet every condition, as in Jaeger, or the trace as a whole, as in Zipkin. */
export function MatchField({ value, onChange }: MatchFieldProps): ReactNode {
  const listText = useSection('list', listWords);
  return (
    <label className={`${field.field} ${styles.match}`} title={listText.matchHelp}>
      <span className={field.label}>{listText.match}</span>
      <select
        className={field.input}
        value={value ?? 'span'}
        onChange={(event) => onChange(event.target.value === 'trace' ? 'trace' : undefined)}
      >
        <option value="span">{listText.matchSpan}</option>
        <option value="trace">{listText.matchTrace}</option>
      </select>
    </label>
  );
}

interface LimitFieldProps {
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
}

export function LimitField({ value, onChange }: LimitFieldProps): ReactNode {
  const { count } = useSpeech();
  const listText = useSection('list', listWords);
  const limit = value ?? defaultLimit;
  const choices = [...new Set([...limitChoices, limit])].sort((one, other) => one - other);
  const choose = (next: number): void => onChange(next === defaultLimit ? undefined : next);
  return (
    <label className={`${field.field} ${styles.limit}`}>
      <span className={field.label}>{listText.limit}</span>
      <select className={field.input} value={limit} onChange={(event) => choose(Number(event.target.value))}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {count(choice)}
          </option>
        ))}
      </select>
    </label>
  );
}
