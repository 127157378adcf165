import { useSearch } from '@tanstack/react-router';
import { Suspense, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { TraceWarning } from '@spanwise/analysis';
import { useSize } from '../../components/use-size.ts';
import { narrow, useMedia } from '../../components/use-media.ts';
import { withClocksCorrected } from '../../model/trace-model.ts';
import type { TraceModel } from '../../model/trace-model.ts';
import { parseTraceView } from '../../model/trace-view.ts';
import { LazyDetailsLine, LazyKeyHelp, LazyOverview, LazyPanel, LazyTab, useAllLoaded } from './lazy-parts.tsx';
import { minimapHeight } from './minimap-height.ts';
import { TabBar, tabId, tabPanelId } from './tab-bar.tsx';
import type { TabKeysRef } from './tab-keys.ts';
import { TimeAxis } from './time-axis.tsx';
import { Toolbar } from './toolbar.tsx';
import { TraceHeader } from './trace-header.tsx';
import styles from './trace-view.module.css';
import { useNameWidth } from './use-name-width.ts';
import { useTraceKeys } from './use-trace-keys.ts';
import { useTraceView } from './use-trace-view.ts';
import { Waterfall } from './waterfall.tsx';

/** Kept free at the right for the duration of bars that reach to the end. */
const labelRoom = 64;

/** Header, the tabs, and the panel of one trace. */
export function TraceView({ model: sent }: { readonly model: TraceModel }): ReactNode {
  const model = useClocks(sent);
  const trace = useTraceView(model);
  const phone = useMedia(narrow);
  const [body, { width }] = useSize();
  const [nameWidth, setNameWidth] = useNameWidth(width, phone);
  const [helpOpen, setHelpOpen] = useState(false);
  const searchField = useRef<HTMLInputElement>(null);
  const tabKeys: TabKeysRef = useRef(undefined);
  useTraceKeys(trace, { searchField, openHelp: () => setHelpOpen(true), tabKeys });
  useAllLoaded();
  const { view, update } = trace;
  const stripWidth = Math.max(0, width - nameWidth - labelRoom);
  const panelOpen = view.selected !== -1 && view.panelOpen;
  return (
    <div className={styles.view}>
      <TraceHeader trace={trace} />
      <TabBar trace={trace} />
      <Toolbar
        trace={trace}
        canCorrect={model !== sent || sent.tree.warnings.some(isSkew)}
        searchField={searchField}
        onHelp={() => setHelpOpen(true)}
      />
      <div className={styles.body}>
        <div ref={body} id={tabPanelId} className={styles.timeline} role="tabpanel" aria-labelledby={tabId(view.tab)}>
          {view.tab === 'waterfall' ? (
            <>
              <div className={styles.overview} style={{ minHeight: minimapHeight + 1 }}>
                <Suspense fallback={null}>
                  <LazyOverview trace={trace} nameWidth={nameWidth} stripWidth={stripWidth} phone={phone} />
                </Suspense>
              </div>
              <TimeAxis trace={trace} nameWidth={nameWidth} width={stripWidth} onResize={setNameWidth} phone={phone} />
              <Waterfall trace={trace} nameWidth={nameWidth} width={stripWidth} phone={phone} />
            </>
          ) : (
            <LazyTab tab={view.tab} trace={trace} tabKeys={tabKeys} />
          )}
        </div>
        {panelOpen && (
          <Suspense fallback={null}>
            <LazyPanel trace={trace} onClose={() => update((held) => ({ ...held, panelOpen: false }))} />
          </Suspense>
        )}
      </div>
      {/* Below the rows: they do not move when it goes. */}
      {sent.details !== undefined && (
        <Suspense fallback={null}>
          <LazyDetailsLine trace={trace} sent={sent} details={sent.details} />
        </Suspense>
      )}
      {helpOpen && (
        <Suspense fallback={null}>
          <LazyKeyHelp onClose={() => setHelpOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** The trace on the clocks that the address asks for. */
function useClocks(sent: TraceModel): TraceModel {
  const search = useSearch({ from: '/trace/$traceId' });
  const corrected = parseTraceView({ ...search }).clocks === 'corrected';
  return useMemo(() => (corrected ? withClocksCorrected(sent) : sent), [sent, corrected]);
}

function isSkew({ kind }: TraceWarning): boolean {
  return kind === 'clock-skew';
}
