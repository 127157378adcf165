import type { ReactNode } from 'react';
import field from '../../components/field.module.css';
import { editedInstant, formatInstant, toLocalInput } from '../../model/instant-text.ts';
import {
  defaultRange,
  isRangePreset,
  parseInstantMicros,
  rangePresets,
  resolvePreset,
} from '../../model/time-range.ts';
import type { RangePreset } from '../../model/time-range.ts';
import type { TracesParams } from '../../model/traces-params.ts';
import { listWords } from '../../words/en/list.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './query-bar.module.css';

interface RangePart {
  readonly range: RangePreset | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

interface RangeFieldProps {
  readonly params: TracesParams;
  readonly onChange: (part: RangePart) => void;
}

/** A range that ends now, or two instants in the browser's zone. */
export function RangeField({ params, onChange }: RangeFieldProps): ReactNode {
  const { words } = useSpeech();
  const listText = useSection('list', listWords);
  const absolute = params.from !== undefined && params.to !== undefined;
  const choose = (choice: string): void => {
    if (isRangePreset(choice)) {
      onChange({ range: choice === defaultRange ? undefined : choice, from: undefined, to: undefined });
    } else {
      const { startMicros } = resolvePreset(params.range ?? defaultRange, Date.now());
      onChange({ range: undefined, from: formatInstant(startMicros), to: formatInstant(Date.now() * 1000) });
    }
  };
  return (
    <>
      <label className={`${field.field} ${styles.range}`}>
        <span className={field.label}>{listText.range}</span>
        <select
          className={field.input}
          value={absolute ? 'absolute' : (params.range ?? defaultRange)}
          onChange={(event) => choose(event.target.value)}
        >
          {Object.keys(rangePresets).map((preset) => (
            <option key={preset} value={preset}>
              {words.lastRange(preset)}
            </option>
          ))}
          <option value="absolute">{listText.absoluteRange}</option>
        </select>
      </label>
      {absolute && (
        <div className={styles.instants}>
          <InstantField
            label={listText.from}
            value={params.from}
            onCommit={(from) => onChange({ range: undefined, from, to: params.to })}
          />
          <InstantField
            label={listText.to}
            value={params.to}
            onCommit={(to) => onChange({ range: undefined, from: params.from, to })}
          />
        </div>
      )}
    </>
  );
}

interface InstantFieldProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onCommit: (value: string) => void;
}

function InstantField({ label, value, onCommit }: InstantFieldProps): ReactNode {
  const commit = (text: string): void => {
    const instant = editedInstant(text, value ?? '');
    if (instant !== undefined) onCommit(instant);
  };
  return (
    <label className={`${field.field} ${styles.instant}`}>
      <span className={field.label}>{label}</span>
      <input
        className={field.input}
        type="datetime-local"
        step={1}
        key={value}
        defaultValue={toLocalInput(parseInstantMicros(value ?? '') ?? 0)}
        onBlur={(event) => commit(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && commit(event.currentTarget.value)}
      />
    </label>
  );
}
