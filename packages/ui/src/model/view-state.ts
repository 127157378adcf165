import type { Folding } from './folding.ts';
import { firstSort, formatSort, parseSort } from './table-sort.ts';
import type { TableSort } from './table-sort.ts';
import { indexOfSpanKey, spanKey } from './span-key.ts';
import { clampWindow, isWhole } from './time-window.ts';
import type { TimeWindow } from './time-window.ts';
import type { TraceModel } from './trace-model.ts';
import type { JsonFormat, TraceTab } from './trace-tab.ts';
import { formatZoom, parseFinding, parseIds, parseZoom } from './trace-view.ts';
import type { TraceViewParams } from './trace-view.ts';

/** What of a trace is looked at. Spans by position in the tree, -1 for none; see `TraceViewParams` for the address. */
export interface ViewState extends Folding {
  readonly selected: number;
  readonly panelOpen: boolean;
  readonly window: TimeWindow;
  readonly focus: number;
  /** The finding that is looked at: its kind and the span that it is about. */
  readonly finding: { readonly kind: string; readonly subject: number } | undefined;
  readonly query: string;
  readonly only: 'critical' | 'matches' | undefined;
  readonly tab: TraceTab;
  readonly sort: TableSort;
  /** A span of the path that the flame graph is zoomed to. */
  readonly path: number;
  readonly asTable: boolean;
  readonly clocksCorrected: boolean;
  readonly format: JsonFormat;
}

/** The whole trace as a window. */
export function wholeTrace(model: TraceModel): TimeWindow {
  return { from: 0, to: model.totalNanos };
}

/** Spans that the trace does not have (any more) are left out. */
export function viewFromParams(model: TraceModel, params: TraceViewParams): ViewState {
  const { spans } = model.tree;
  const indexOf = (key: string | undefined): number => (key === undefined ? -1 : indexOfSpanKey(spans, key));
  const indexesOf = (keys: string | undefined): Set<number> =>
    new Set(
      parseIds(keys)
        .map(indexOf)
        .filter((index) => index !== -1),
    );
  const window = params.zoom === undefined ? undefined : parseZoom(params.zoom);
  const whole = wholeTrace(model);
  const finding = params.finding === undefined ? undefined : parseFinding(params.finding);
  return {
    selected: indexOf(params.span),
    panelOpen: params.panel !== 'closed',
    window: window === undefined ? whole : clampWindow(window, whole),
    folded: indexesOf(params.fold),
    unfolded: indexesOf(params.unfold),
    levels: params.levels === undefined ? undefined : Number(params.levels),
    foldedServices: new Set(params.foldService),
    alike: params.alike !== 'off',
    ungrouped: indexesOf(params.ungroup),
    focus: indexOf(params.focus),
    finding: finding && { kind: finding.kind, subject: indexOf(finding.subject) },
    query: params.q ?? '',
    only: params.only,
    tab: params.tab ?? 'waterfall',
    sort: (params.sort === undefined ? undefined : parseSort(params.sort)) ?? firstSort,
    path: indexOf(params.path),
    asTable: params.as === 'table',
    clocksCorrected: params.clocks === 'corrected',
    format: params.format ?? 'spanwise',
  };
}

/** The address of a view; what is as at first stays out of it. */
export function paramsFromView(model: TraceModel, view: ViewState): TraceViewParams {
  const { spans } = model.tree;
  const key = (index: number): string => spanKey(spans, index);
  const keys = (indexes: ReadonlySet<number>): string => [...indexes].slice(0, mostNamed).map(key).join(',');
  return {
    ...(view.selected === -1 ? {} : { span: key(view.selected) }),
    ...(view.panelOpen || view.selected === -1 ? {} : { panel: 'closed' as const }),
    ...(isWhole(view.window, wholeTrace(model)) ? {} : { zoom: formatZoom(view.window) }),
    ...(view.folded.size === 0 ? {} : { fold: keys(view.folded) }),
    ...(view.levels === undefined ? {} : { levels: String(view.levels) }),
    ...(view.foldedServices.size === 0 ? {} : { foldService: [...view.foldedServices] }),
    ...(view.unfolded.size === 0 ? {} : { unfold: keys(view.unfolded) }),
    ...(view.alike ? {} : { alike: 'off' as const }),
    ...(view.ungrouped.size === 0 ? {} : { ungroup: keys(view.ungrouped) }),
    ...(view.focus === -1 ? {} : { focus: key(view.focus) }),
    ...(view.finding === undefined || view.finding.subject === -1
      ? {}
      : { finding: `${view.finding.kind}~${key(view.finding.subject)}` }),
    ...(view.query.trim() === '' ? {} : { q: view.query }),
    ...(view.only === undefined ? {} : { only: view.only }),
    ...(view.tab === 'waterfall' ? {} : { tab: view.tab }),
    ...(formatSort(view.sort) === formatSort(firstSort) ? {} : { sort: formatSort(view.sort) }),
    ...(view.path === -1 ? {} : { path: key(view.path) }),
    ...(view.asTable ? { as: 'table' as const } : {}),
    ...(view.clocksCorrected ? { clocks: 'corrected' as const } : {}),
    ...(view.format === 'spanwise' ? {} : { format: view.format }),
  };
}

/** Addresses have an end; what is folded or opened by hand beyond this many is as at first when the address is shared. */
const mostNamed = 100;
