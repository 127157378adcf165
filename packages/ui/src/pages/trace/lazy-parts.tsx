import { lazy, Suspense, useEffect } from 'react';
import type { ComponentType, ReactNode } from 'react';
import { loadOnce } from '../../app/load-once.ts';
import { whenIdle } from '../../app/when-idle.ts';
import type { TraceTab } from '../../model/trace-tab.ts';
import { loadFindings } from './load-findings.ts';
import type { TabKeysRef } from './tab-keys.ts';
import type { TraceView } from './use-trace-view.ts';

export interface TabProps {
  readonly trace: TraceView;
  readonly tabKeys: TabKeysRef;
}

const loadPanel = loadOnce(async () => ({ default: (await import('./panel/span-panel.tsx')).SpanPanel }));

/** The panel of a span: its code comes when a span is first selected. */
export const LazyPanel = lazy(loadPanel);

const loadKeyHelp = loadOnce(async () => ({ default: (await import('./trace-key-help.tsx')).TraceKeyHelp }));

/** The list of keys. */
export const LazyKeyHelp = lazy(loadKeyHelp);

/** A trace of which nothing is stored. */
export const LazyNotHere = lazy(loadOnce(async () => ({ default: (await import('./not-here.tsx')).NotHere })));

const loadFoldChoices = loadOnce(async () => ({ default: (await import('./fold-choices.tsx')).FoldChoices }));

/** What is in the menu that folds. */
export const LazyFoldChoices = lazy(loadFoldChoices);

const loadWarningItems = loadOnce(async () => ({ default: (await import('./warning-items.tsx')).WarningItems }));

/** What is odd about the trace. */
export const LazyWarningItems = lazy(loadWarningItems);

/** The most valuable findings. */
export const LazyFindingCards = lazy(async () => ({ default: (await loadFindings()).FindingCards }));

/** What a span is evidence of. */
export const LazyFindingNotes = lazy(async () => ({ default: (await loadFindings()).FindingNotes }));

const loadDetailsLine = loadOnce(async () => ({ default: (await import('./details-line.tsx')).DetailsLine }));

/** What is here of the tags and logs of a large trace. */
export const LazyDetailsLine = lazy(loadDetailsLine);

const loadOverview = loadOnce(async () => {
  await new Promise<void>(whenIdle);
  return { default: (await import('./overview.tsx')).Overview };
});

/** What stands above the rows: its code comes once the rows stand. */
export const LazyOverview = lazy(loadOverview);

type LazyTab = Exclude<TraceTab, 'waterfall'>;

const loads: Readonly<Record<LazyTab, () => Promise<{ readonly default: ComponentType<TabProps> }>>> = {
  findings: async () => ({ default: (await loadFindings()).FindingList }),
  operations: loadOnce(async () => ({ default: (await import('./operations/operation-grid.tsx')).OperationGrid })),
  flame: loadOnce(async () => ({ default: (await import('./paths/flame-graph.tsx')).FlameGraph })),
  graph: loadOnce(async () => ({ default: (await import('./paths/trace-graph.tsx')).TraceGraph })),
  json: loadOnce(async () => ({ default: (await import('./json/json-view.tsx')).JsonView })),
};

const tabs: Readonly<Record<LazyTab, ComponentType<TabProps>>> = {
  findings: lazy(loads.findings),
  operations: lazy(loads.operations),
  flame: lazy(loads.flame),
  graph: lazy(loads.graph),
  json: lazy(loads.json),
};

/** A tab whose code comes when it is first shown. */
export function LazyTab({ tab, ...props }: TabProps & { readonly tab: LazyTab }): ReactNode {
  const Tab = tabs[tab];
  return (
    <Suspense fallback={null}>
      <Tab {...props} />
    </Suspense>
  );
}

/** Fetches the rest of the code once the trace stands, so that it is there even when the collector is gone. */
export function useAllLoaded(): void {
  useEffect(
    () =>
      whenIdle(
        () =>
          void Promise.allSettled(
            [loadPanel, loadKeyHelp, loadFoldChoices, loadWarningItems, loadFindings, ...Object.values(loads)].map(
              (load) => load(),
            ),
          ),
      ),
    [],
  );
}
