import type { ReactNode } from 'react';
import type { TraceSummary } from '@spanwise/wire/query';
import { hueStyle } from '../../components/hue.ts';
import { formatMicros } from '../../model/durations.ts';
import { listWords } from '../../words/en/list.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './trace-list.module.css';

interface ServiceMiniatureProps {
  readonly trace: TraceSummary;
  readonly hues: ReadonlyMap<string, number>;
}

/** The trace's self time by service as one strip, services in the same order in every row. */
export function ServiceMiniature({ trace, hues }: ServiceMiniatureProps): ReactNode {
  const { words, percent } = useSpeech();
  const listText = useSection('list', listWords);
  const total = trace.services.reduce((sum, service) => sum + service.selfMicros, 0) || 1;
  const parts = [...trace.services].sort((one, other) => (one.name < other.name ? -1 : 1));
  const longestFirst = [...trace.services].sort((one, other) => other.selfMicros - one.selfMicros);
  const sentences = longestFirst.map(({ name, selfMicros }) =>
    listText.serviceShare(name || words.unnamedService, formatMicros(selfMicros), percent(selfMicros / total)),
  );
  return (
    <span
      className={styles.where}
      role="img"
      aria-label={sentences.join('; ')}
      title={sentences.slice(0, 12).join('\n')}
    >
      {parts.map(({ name, selfMicros }) => (
        <span key={name} style={hueStyle(hues.get(name) ?? 0, { flexGrow: selfMicros / total })} />
      ))}
    </span>
  );
}
