import { UnfoldVertical } from 'lucide-react';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import button from '../../components/button.module.css';
import { ServiceDot } from '../../components/service-dot.tsx';
import { foldableLevels, hidesRows, nothingFolded, withLevels, withServiceFolded } from '../../model/folding.ts';
import { foldingWords } from '../../words/en/folding.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './fold-choices.module.css';
import type { TraceView } from './use-trace-view.ts';

/** As many levels as there are keys for; deeper ones are folded by hand. */
const mostLevels = 9;

/** What is in the menu that folds many spans at once: below a level, of a service, and siblings that are alike. */
export function FoldChoices({ trace }: { readonly trace: TraceView }): ReactNode {
  const { words, count } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const foldText = useSection('folding', foldingWords);
  const { model, view, update } = trace;
  const levels = useMemo(() => Math.min(mostLevels, foldableLevels(model)), [model]);
  const hides = useMemo(() => hidesRows(model, view), [model, view]);
  const groups = model.alike.members.size;
  return (
    <>
      {levels > 0 && (
        <div className={styles.group} role="group" aria-label={foldText.foldLevels}>
          <span className={styles.title}>{foldText.foldLevels}</span>
          <div className={styles.levels}>
            {Array.from({ length: levels }, (_, at) => (
              <button
                key={at}
                type="button"
                className={button.text}
                aria-pressed={view.levels === at + 1}
                aria-label={foldText.showLevels(at + 1, count(at + 1))}
                title={`${foldText.showLevels(at + 1, count(at + 1))} (${at + 1})`}
                onClick={() => update((held) => withLevels(held, at + 1))}
              >
                {count(at + 1)}
              </button>
            ))}
          </div>
        </div>
      )}
      <div className={styles.group} role="group" aria-label={foldText.foldServices}>
        <span className={styles.title}>{foldText.foldServices}</span>
        <div className={styles.services}>
          {model.services.map(({ name, hue, spanCount }) => (
            <label key={name} className={styles.choice}>
              <input
                type="checkbox"
                checked={view.foldedServices.has(name)}
                onChange={({ target }) => update((held) => withServiceFolded(held, name, target.checked))}
              />
              <ServiceDot hue={hue} />
              {name || words.unnamedService}
              <small>{count(spanCount)}</small>
            </label>
          ))}
        </div>
      </div>
      <label className={styles.choice} data-off={groups === 0 || undefined}>
        <input
          type="checkbox"
          checked={view.alike && groups > 0}
          disabled={groups === 0}
          onChange={({ target }) => update((held) => ({ ...held, alike: target.checked, ungrouped: new Set() }))}
        />
        {foldText.foldAlike}
        <small>{count(groups)}</small>
      </label>
      <button
        type="button"
        className={button.text}
        disabled={!hides}
        title={`${traceText.unfoldAll} (u)`}
        onClick={() => update((held) => ({ ...held, ...nothingFolded }))}
      >
        <UnfoldVertical size={14} aria-hidden="true" />
        {traceText.unfoldAll}
      </button>
    </>
  );
}
