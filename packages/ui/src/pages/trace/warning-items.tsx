import type { ReactNode } from 'react';
import { reveal } from '../../model/row-moves.ts';
import { warningWords } from '../../words/en/warnings.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { sayWarning } from '../../words/say-warning.ts';
import styles from './trace-header.module.css';
import type { TraceView } from './use-trace-view.ts';

const mostShown = 50;

/** The warnings, each a link to its span. */
export function WarningItems({ trace }: { readonly trace: TraceView }): ReactNode {
  const { count } = useSpeech();
  const own = useSection('warnings', warningWords);
  const { model, update } = trace;
  const { warnings, spans } = model.tree;
  return (
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
            {sayWarning(own, warning)}
          </button>
        </li>
      ))}
      {warnings.length > mostShown && <li className={styles.more}>… {count(warnings.length - mostShown)}</li>}
    </ul>
  );
}
