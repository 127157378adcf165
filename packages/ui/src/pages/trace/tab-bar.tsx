import type { KeyboardEvent, ReactNode } from 'react';
import { traceTabs } from '../../model/trace-tab.ts';
import type { TraceTab } from '../../model/trace-tab.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './tab-bar.module.css';
import type { TraceView } from './use-trace-view.ts';

/** The element that holds the shown tab. */
export const tabPanelId = 'trace-tab';

export function tabId(tab: TraceTab): string {
  return `${tabPanelId}-${tab}`;
}

/** The ways to look at the trace. Selection, search and focus are the same in all. */
export function TabBar({ trace }: { readonly trace: TraceView }): ReactNode {
  const { count } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const { view, found, update } = trace;
  const show = (tab: TraceTab): void => update((held) => ({ ...held, tab }));
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = traceTabs.at((traceTabs.indexOf(view.tab) + by) % traceTabs.length)!;
    show(next);
    document.getElementById(tabId(next))?.focus();
  };
  return (
    <div className={styles.tabs} role="tablist" aria-label={traceText.tabs} onKeyDown={onKeyDown}>
      {traceTabs.map((tab) => (
        <button
          key={tab}
          id={tabId(tab)}
          type="button"
          role="tab"
          aria-selected={view.tab === tab}
          aria-controls={view.tab === tab ? tabPanelId : undefined}
          tabIndex={view.tab === tab ? 0 : -1}
          onClick={() => show(tab)}
        >
          {traceText.tabName(tab)}
          {tab === 'findings' && found !== undefined && found.findings.length > 0 && (
            <small> {count(found.findings.length)}</small>
          )}
        </button>
      ))}
    </div>
  );
}
