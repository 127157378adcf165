import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import button from '../../components/button.module.css';
import type { RangeParams } from '../../model/sums-params.ts';
import { defaultRange, parseInstantMicros, widerPreset } from '../../model/time-range.ts';
import type { RangePreset } from '../../model/time-range.ts';
import { listWords } from '../../words/en/list.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './no-spans.module.css';

interface NoSpansProps {
  readonly title: string;
  readonly range: RangeParams;
  /** Nothing at all is stored. */
  readonly storeIsEmpty: boolean;
  readonly onChange: (range: RangePreset) => void;
}

/** Nothing in the window, and what to do: look further back, or send the first span. */
export function NoSpans({ title, range, storeIsEmpty, onChange }: NoSpansProps): ReactNode {
  const { words, instants } = useSpeech();
  const own = useSection('services', servicesWords);
  const listText = useSection('list', listWords);
  if (storeIsEmpty) {
    return (
      <section className={styles.empty} role="status">
        <h2>{own.noSpans}</h2>
        <p>{own.noSpansText}</p>
        <p>
          <Link to="/">{own.howToSend}</Link>
        </p>
      </section>
    );
  }
  const from = parseInstantMicros(range.from ?? '');
  const to = parseInstantMicros(range.to ?? '');
  const isFixed = from !== undefined && to !== undefined;
  const text = isFixed
    ? own.emptyBetween(listText.rangeBetween(instants.long(from), instants.long(to)))
    : own.emptyText(words.lastRange(range.range ?? defaultRange).toLowerCase());
  return (
    <section className={styles.empty} role="status">
      <h2>{title}</h2>
      <p>{text}</p>
      <ul>
        {widerRanges(isFixed ? undefined : (range.range ?? defaultRange)).map((wider) => (
          <li key={wider}>
            <button type="button" className={button.text} onClick={() => onChange(wider)}>
              {listText.widen(words.lastRange(wider))}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The next longer, and the longest. */
function widerRanges(preset: RangePreset | undefined): RangePreset[] {
  const next = preset === undefined ? '24h' : widerPreset(preset);
  return [...new Set<RangePreset>(next === undefined ? [] : [next, '30d'])];
}
