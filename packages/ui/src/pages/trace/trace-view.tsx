import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { KeyHelp } from '../../components/key-help.tsx';
import { useSize } from '../../components/use-size.ts';
import { narrow, useMedia } from '../../components/use-media.ts';
import type { TraceModel } from '../../model/trace-model.ts';
import { useSpeech } from '../../words/language.tsx';
import { Minimap } from './minimap.tsx';
import { ServiceLegend } from './service-legend.tsx';
import { SpanPanel } from './panel/span-panel.tsx';
import { TimeAxis } from './time-axis.tsx';
import { Toolbar } from './toolbar.tsx';
import { TraceHeader } from './trace-header.tsx';
import styles from './trace-view.module.css';
import { useNameWidth } from './use-name-width.ts';
import { traceKeyRows, useTraceKeys } from './use-trace-keys.ts';
import { useTraceView } from './use-trace-view.ts';
import { Waterfall } from './waterfall.tsx';

/** Kept free at the right for the duration of bars that reach to the end. */
const labelRoom = 64;

/** Header, minimap, waterfall and panel of one trace. */
export function TraceView({ model }: { readonly model: TraceModel }): ReactNode {
  const { words } = useSpeech();
  const trace = useTraceView(model);
  const phone = useMedia(narrow);
  const [body, { width }] = useSize();
  const [nameWidth, setNameWidth] = useNameWidth(width, phone);
  const [helpOpen, setHelpOpen] = useState(false);
  const searchField = useRef<HTMLInputElement>(null);
  useTraceKeys(trace, { searchField, openHelp: () => setHelpOpen(true) });
  const { view, update } = trace;
  const stripWidth = Math.max(0, width - nameWidth - labelRoom);
  const panelOpen = view.selected !== -1 && view.panelOpen;
  return (
    <div className={styles.view}>
      <TraceHeader trace={trace} />
      <Toolbar trace={trace} searchField={searchField} onHelp={() => setHelpOpen(true)} />
      <div className={styles.body}>
        <div ref={body} className={styles.timeline}>
          <div className={styles.overview}>
            {!phone && <ServiceLegend trace={trace} width={nameWidth} />}
            <div style={{ width: stripWidth }}>
              <Minimap trace={trace} />
            </div>
          </div>
          <TimeAxis trace={trace} nameWidth={nameWidth} width={stripWidth} onResize={setNameWidth} phone={phone} />
          <Waterfall trace={trace} nameWidth={nameWidth} width={stripWidth} phone={phone} />
        </div>
        {panelOpen && <SpanPanel trace={trace} onClose={() => update((held) => ({ ...held, panelOpen: false }))} />}
      </div>
      <KeyHelp rows={traceKeyRows(words)} open={helpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}
