import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { reveal } from '../../model/row-moves.ts';
import { useSpeech } from '../../words/language.tsx';
import { sayWarning } from '../../words/say-warning.ts';
import styles from './trace-header.module.css';
import type { TraceView } from './use-trace-view.ts';

const mostShown = 50;

/** What is odd about the trace, each a link to its span. */
export function WarningList({ trace }: { readonly trace: TraceView }): ReactNode {
  const { words, count } = useSpeech();
  const { model, update } = trace;
  const { warnings, spans } = model.tree;
  if (warnings.length === 0) return null;
  return (
    <details className={styles.warnings}>
      <summary>
        <TriangleAlert size={14} aria-hidden="true" />
        {words.traceWarnings(warnings.length, count(warnings.length))}
      </summary>
      <ul>
        {warnings.slice(0, mostShown).map((warning) => (
          <li key={`${warning.kind} ${warning.index}`}>
            <button
              type="button"
              onClick={(event) => {
                event.currentTarget.closest('details')?.removeAttribute('open');
                update((view) => ({ ...reveal(model, view, warning.index), panelOpen: true }));
              }}
            >
              <strong>
                {spans[warning.index]?.resource.serviceName} {spans[warning.index]?.name}
              </strong>
              {sayWarning(words, warning)}
            </button>
          </li>
        ))}
        {warnings.length > mostShown && <li className={styles.more}>… {count(warnings.length - mostShown)}</li>}
      </ul>
    </details>
  );
}
