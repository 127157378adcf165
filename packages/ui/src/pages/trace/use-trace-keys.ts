import type { RefObject } from 'react';
import { useKeys } from '../../components/use-keys.ts';
import { nothingFolded, withLevels, withServiceFolded } from '../../model/folding.ts';
import { foldOrParent, rowAway, toggleGroup, unfoldOrChild } from '../../model/row-moves.ts';
import { spanWindow } from '../../model/span-window.ts';
import { pan, zoom } from '../../model/time-window.ts';
import { wholeTrace } from '../../model/view-state.ts';
import type { ViewState } from '../../model/view-state.ts';
import { nextError, nextMatch, stepEvidence } from './steps.ts';
import type { TabKeysRef } from './tab-keys.ts';
import type { TraceView } from './use-trace-view.ts';

interface KeyActions {
  readonly searchField: RefObject<HTMLInputElement | null>;
  readonly openHelp: () => void;
  readonly tabKeys: TabKeysRef;
}

/** The keys of the trace view. */
export function useTraceKeys(trace: TraceView, actions: KeyActions): void {
  useKeys((key) => {
    const own = actions.tabKeys.current?.(key);
    if (own !== undefined) return own;
    const action = keys[key];
    return action === undefined ? undefined : () => action(trace, actions);
  });
}

type KeyAction = (trace: TraceView, actions: KeyActions) => void;

const move =
  (by: number): KeyAction =>
  ({ rows, selectedRow, update }) =>
    update((view) => ({ ...view, selected: rowAway(rows, selectedRow, by) }));
const zoomBy =
  (factor: number): KeyAction =>
  ({ model, update }) =>
    update((view) => ({ ...view, window: zoom(view.window, factor, 0.5, wholeTrace(model)) }));
const panBy =
  (share: number): KeyAction =>
  ({ model, update }) =>
    update((view) => ({ ...view, window: pan(view.window, share, wholeTrace(model)) }));

const keys: Readonly<Record<string, KeyAction>> = {
  j: move(1),
  ArrowDown: move(1),
  k: move(-1),
  ArrowUp: move(-1),
  PageDown: move(20),
  PageUp: move(-20),
  Home: move(-Infinity),
  End: move(Infinity),
  ArrowLeft: ({ model, selectedRow, update }) =>
    update((view) => foldOrParent(model, { ...view, selected: selectedRow })),
  ArrowRight: ({ model, rows, selectedRow, update }) =>
    update((view) => unfoldOrChild(model, { ...view, selected: selectedRow }, rows)),
  Enter: ({ rows, update }) => update((view) => togglePanel(view, rows)),
  '/': (_trace, { searchField }) => searchField.current?.select(),
  n: (trace) => nextMatch(trace, 1),
  N: (trace) => nextMatch(trace, -1),
  e: nextError,
  ']': (trace) => stepEvidence(trace, 1),
  '[': (trace) => stepEvidence(trace, -1),
  c: ({ update }) => update((view) => ({ ...view, only: view.only === 'critical' ? undefined : 'critical' })),
  f: ({ model, places, update }) =>
    update((view) => {
      if (view.selected === -1 || view.selected === view.focus)
        return { ...view, focus: -1, window: wholeTrace(model) };
      return { ...view, focus: view.selected, window: spanWindow(model, view.selected, places[view.selected]!) };
    }),
  ...Object.fromEntries(
    Array.from({ length: 9 }, (_, at): [string, KeyAction] => [
      String(at + 1),
      ({ update }) => update((view) => withLevels(view, at + 1)),
    ]),
  ),
  v: ({ model, update }) =>
    update((view) => {
      const service = model.tree.spans[view.selected]?.resource.serviceName;
      return service === undefined ? view : withServiceFolded(view, service, !view.foldedServices.has(service));
    }),
  x: ({ model, update }) => update((view) => toggleGroup(model, view, view.selected)),
  X: ({ update }) => update((view) => ({ ...view, alike: !view.alike, ungrouped: new Set() })),
  u: ({ update }) => update((view) => ({ ...view, ...nothingFolded })),
  C: ({ update }) => update((view) => ({ ...view, clocksCorrected: !view.clocksCorrected })),
  '+': zoomBy(0.5),
  '=': zoomBy(0.5),
  w: zoomBy(0.7),
  '-': zoomBy(2),
  s: zoomBy(1 / 0.7),
  a: panBy(-0.2),
  d: panBy(0.2),
  '0': ({ model, update }) => update((view) => ({ ...view, window: wholeTrace(model) })),
  '?': (_trace, { openHelp }) => openHelp(),
  Escape: ({ model, update }) => update((view) => back(view, wholeTrace(model))),
};

function togglePanel(view: ViewState, rows: Int32Array): ViewState {
  if (view.selected === -1) return { ...view, selected: rows[0] ?? -1, panelOpen: true };
  return { ...view, panelOpen: !view.panelOpen };
}

/** One step back: the panel, then what narrows the rows, then the selection. */
function back(view: ViewState, whole: ViewState['window']): ViewState {
  if (view.selected !== -1 && view.panelOpen) return { ...view, panelOpen: false };
  if (view.finding !== undefined) return { ...view, finding: undefined };
  if (view.only !== undefined) return { ...view, only: undefined };
  if (view.query !== '') return { ...view, query: '' };
  if (view.focus !== -1) return { ...view, focus: -1, window: whole };
  return { ...view, selected: -1, panelOpen: true };
}
