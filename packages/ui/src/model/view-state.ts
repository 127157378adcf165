import { indexOfSpanKey, spanKey } from './span-key.ts';
import { clampWindow, isWhole } from './time-window.ts';
import type { TimeWindow } from './time-window.ts';
import type { TraceModel } from './trace-model.ts';
import { formatZoom, parseIds, parseZoom } from './trace-view.ts';
import type { TraceViewParams } from './trace-view.ts';

/** What of a trace is looked at. Spans by position in the tree, -1 for none; see `TraceViewParams` for the address. */
export interface ViewState {
  readonly selected: number;
  readonly panelOpen: boolean;
  readonly window: TimeWindow;
  readonly folded: ReadonlySet<number>;
  readonly focus: number;
  readonly query: string;
  readonly only: 'critical' | 'matches' | undefined;
}

/** The whole trace as a window. */
export function wholeTrace(model: TraceModel): TimeWindow {
  return { from: 0, to: model.totalNanos };
}

/** Spans that the trace does not have (any more) are left out. */
export function viewFromParams(model: TraceModel, params: TraceViewParams): ViewState {
  const { spans } = model.tree;
  const indexOf = (key: string | undefined): number => (key === undefined ? -1 : indexOfSpanKey(spans, key));
  const window = params.zoom === undefined ? undefined : parseZoom(params.zoom);
  const whole = wholeTrace(model);
  return {
    selected: indexOf(params.span),
    panelOpen: params.panel !== 'closed',
    window: window === undefined ? whole : clampWindow(window, whole),
    folded: new Set(
      parseIds(params.fold)
        .map(indexOf)
        .filter((index) => index !== -1),
    ),
    focus: indexOf(params.focus),
    query: params.q ?? '',
    only: params.only,
  };
}

/** The address of a view; what is as at first stays out of it. */
export function paramsFromView(model: TraceModel, view: ViewState): TraceViewParams {
  const { spans } = model.tree;
  const key = (index: number): string => spanKey(spans, index);
  return {
    ...(view.selected === -1 ? {} : { span: key(view.selected) }),
    ...(view.panelOpen || view.selected === -1 ? {} : { panel: 'closed' as const }),
    ...(isWhole(view.window, wholeTrace(model)) ? {} : { zoom: formatZoom(view.window) }),
    ...(view.folded.size === 0 ? {} : { fold: Array.from(view.folded, key).slice(0, mostFolded).join(',') }),
    ...(view.focus === -1 ? {} : { focus: key(view.focus) }),
    ...(view.query.trim() === '' ? {} : { q: view.query }),
    ...(view.only === undefined ? {} : { only: view.only }),
  };
}

/** Addresses have an end; beyond this many folded spans the rest opens again when the address is shared. */
const mostFolded = 100;

/** The view with these spans folded or unfolded. */
export function withFolded(view: ViewState, indexes: Iterable<number>, folded: boolean): ViewState {
  const next = new Set(view.folded);
  for (const index of indexes) {
    if (folded) next.add(index);
    else next.delete(index);
  }
  return { ...view, folded: next };
}
