import { FoldVertical } from 'lucide-react';
import { Suspense, useMemo } from 'react';
import type { ReactNode } from 'react';
import { DropDown } from '../../components/drop-down.tsx';
import { hidesRows } from '../../model/folding.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection } from '../../words/language.tsx';
import { LazyFoldChoices } from './lazy-parts.tsx';
import styles from './toolbar.module.css';
import type { TraceView } from './use-trace-view.ts';

/** Opens the choices of what to fold; marked while something is hidden. */
export function FoldMenu({ trace }: { readonly trace: TraceView }): ReactNode {
  const traceText = useSection('trace', traceWords);
  const { model, view } = trace;
  const hides = useMemo(() => hidesRows(model, view), [model, view]);
  return (
    <DropDown
      label={traceText.foldMenu}
      labelClass={styles.wide}
      icon={<FoldVertical size={14} aria-hidden="true" />}
      pressed={hides}
    >
      <Suspense fallback={null}>
        <LazyFoldChoices trace={trace} />
      </Suspense>
    </DropDown>
  );
}
