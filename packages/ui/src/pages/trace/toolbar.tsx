import { Clock, CircleHelp, CircleAlert, Minus, Plus, Route, Maximize2, X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import button from '../../components/button.module.css';
import { isWhole, zoom } from '../../model/time-window.ts';
import { wholeTrace } from '../../model/view-state.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { nextError } from './steps.ts';
import { FoldMenu } from './fold-menu.tsx';
import { SearchField } from './search-field.tsx';
import styles from './toolbar.module.css';
import type { TraceView } from './use-trace-view.ts';

interface ToolbarProps {
  readonly trace: TraceView;
  /** Some clocks differ. */
  readonly canCorrect: boolean;
  readonly searchField: RefObject<HTMLInputElement | null>;
  readonly onHelp: () => void;
}

export function Toolbar({ trace, canCorrect, searchField, onHelp }: ToolbarProps): ReactNode {
  const { words } = useSpeech();
  const traceText = useSection('trace', traceWords);
  const { model, view, update } = trace;
  const critical = view.only === 'critical';
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={traceText.waterfall}>
      <SearchField trace={trace} field={searchField} />
      <button
        type="button"
        className={button.text}
        aria-pressed={critical}
        title={`${traceText.onlyCritical} (c)`}
        onClick={() => update((held) => ({ ...held, only: critical ? undefined : 'critical' }))}
      >
        <Route size={14} aria-hidden="true" />
        <span className={styles.wide}>{traceText.onlyCritical}</span>
      </button>
      {model.errorCount > 0 && (
        <button
          type="button"
          className={button.text}
          title={`${traceText.nextError} (e)`}
          onClick={() => nextError(trace)}
        >
          <CircleAlert size={14} aria-hidden="true" />
          <span className={styles.wide}>{traceText.nextError}</span>
        </button>
      )}
      {view.tab === 'waterfall' && <FoldMenu trace={trace} />}
      {(canCorrect || view.clocksCorrected) && (
        <button
          type="button"
          className={button.text}
          aria-label={traceText.correctClocks}
          aria-pressed={view.clocksCorrected}
          title={`${traceText.correctClocksHelp} (C)`}
          onClick={() => update((held) => ({ ...held, clocksCorrected: !held.clocksCorrected }))}
        >
          <Clock size={14} aria-hidden="true" />
          <span className={styles.wide}>{traceText.correctClocks}</span>
        </button>
      )}
      {view.focus !== -1 && (
        <button
          type="button"
          className={button.text}
          title={traceText.leaveFocus}
          onClick={() => update((held) => ({ ...held, focus: -1 }))}
        >
          <X size={14} aria-hidden="true" />
          <span className={styles.focus}>{traceText.focused(model.tree.spans[view.focus]?.name ?? '')}</span>
        </button>
      )}
      <span className={styles.space} />
      {view.tab === 'waterfall' && <ZoomButtons trace={trace} />}
      <IconButton label={`${words.keys} (?)`} onClick={onHelp}>
        <CircleHelp size={15} />
      </IconButton>
    </div>
  );
}

function ZoomButtons({ trace }: { readonly trace: TraceView }): ReactNode {
  const traceText = useSection('trace', traceWords);
  const { model, view, update } = trace;
  const whole = wholeTrace(model);
  const zoomBy = (factor: number) => (): void =>
    update((held) => ({ ...held, window: zoom(held.window, factor, 0.5, whole) }));
  return (
    <>
      <IconButton label={`${traceText.zoomOut} (−)`} onClick={zoomBy(2)} disabled={isWhole(view.window, whole)}>
        <Minus size={15} />
      </IconButton>
      <IconButton label={`${traceText.zoomIn} (+)`} onClick={zoomBy(0.5)}>
        <Plus size={15} />
      </IconButton>
      <IconButton
        label={`${traceText.zoomAll} (0)`}
        onClick={() => update((held) => ({ ...held, window: whole }))}
        disabled={isWhole(view.window, whole)}
      >
        <Maximize2 size={14} />
      </IconButton>
    </>
  );
}

interface IconButtonProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

function IconButton({ label, onClick, disabled = false, children }: IconButtonProps): ReactNode {
  return (
    <button
      type="button"
      className={button.icon}
      aria-label={label}
      title={label}
      onClick={onClick}
      disabled={disabled}
    >
      {children}
    </button>
  );
}
