import { TriangleAlert } from 'lucide-react';
import { Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { traceWords } from '../../words/en/trace.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { LazyWarningItems } from './lazy-parts.tsx';
import styles from './trace-header.module.css';
import type { TraceView } from './use-trace-view.ts';

/** How much is odd about the trace; opens to what. */
export function WarningList({ trace }: { readonly trace: TraceView }): ReactNode {
  const { count } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const [wasOpen, setWasOpen] = useState(false);
  const { warnings } = trace.model.tree;
  if (warnings.length === 0) return null;
  return (
    <details className={styles.warnings} onToggle={() => setWasOpen(true)}>
      <summary>
        <TriangleAlert size={14} aria-hidden="true" />
        {traceText.traceWarnings(warnings.length, count(warnings.length))}
      </summary>
      {wasOpen && (
        <Suspense fallback={null}>
          <LazyWarningItems trace={trace} />
        </Suspense>
      )}
    </details>
  );
}
