import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { formatAddress } from '../../model/address.ts';
import { awaitedSpans, stillAwaited, withArrived, withAwaited } from '../../model/awaited-spans.ts';
import type { AwaitedSpans } from '../../model/awaited-spans.ts';
import { carriedView } from '../../model/carried-view.ts';
import { closedGroups, isFolded } from '../../model/folding.ts';
import type { Finding } from '@spanwise/analysis';
import type { Folding } from '../../model/folding.ts';
import { rowFor } from '../../model/row-moves.ts';
import { GrowingSearch } from '../../model/growing-search.ts';
import { chosenFinding, evidenceMarks } from '../../model/trace-findings.ts';
import type { TraceFindings } from '../../model/trace-findings.ts';
import { mayGrow } from '../../model/trace-growth.ts';
import type { TraceModel } from '../../model/trace-model.ts';
import { parseTraceView } from '../../model/trace-view.ts';
import type { TraceViewParams } from '../../model/trace-view.ts';
import { paramsFromView, viewFromParams } from '../../model/view-state.ts';
import type { ViewState } from '../../model/view-state.ts';
import { placesOf, siblingPositions, visibleRows } from '../../model/visible-rows.ts';
import { useTraceFindings } from './use-trace-findings.ts';

/** What the parts of the trace view share. */
export interface TraceView {
  readonly model: TraceModel;
  readonly view: ViewState;
  /** Spans with a row, from the top. */
  readonly rows: Int32Array;
  /** For each span the one whose row stands for it and its like siblings, -1 elsewhere; absent where none does. */
  readonly groups: Int32Array | undefined;
  /** The span whose row shows the selected one: itself, or what it is folded into; -1 for none. */
  readonly selectedRow: number;
  /** Marks of what is picked out: the critical path, or what the search finds; absent for everything. */
  readonly only: Uint8Array | undefined;
  /** Place of each span in the pre-order. */
  readonly places: Int32Array;
  readonly siblings: { readonly position: Int32Array; readonly size: Int32Array };
  /** Marks of what the search inside the trace finds; absent without a search. */
  readonly matches: Uint8Array | undefined;
  /** What is wrong with the trace; absent until it was looked for. */
  readonly found: TraceFindings | undefined;
  /** The finding that is looked at, and marks of the spans that show it. */
  readonly chosen: Finding | undefined;
  readonly evidence: Uint8Array | undefined;
  /** Changes when tags and logs of a large trace arrive. */
  readonly version: number;
  readonly update: (change: (view: ViewState) => ViewState) => void;
}

/** Addresses are written when the view rests: browsers allow only so many changes, and history stays short. */
const addressDelayMillis = 200;

/** The view's state, kept in the address. */
export function useTraceView(model: TraceModel): TraceView {
  const [view, update] = useAddressedView(model);
  const { folded, unfolded, levels, foldedServices, alike, ungrouped, focus } = view;
  const query = useDeferredValue(view.query);
  const { details } = model;
  const version = useSyncExternalStore(details?.subscribe ?? neverChanges, () => details?.version ?? 0);
  const [search] = useState(() => new GrowingSearch());
  const matches = useMemo(() => search.marks(model, query), [search, model, query, version]);
  const places = useMemo(() => placesOf(model.tree), [model]);
  const siblings = useMemo(() => siblingPositions(model.tree), [model]);
  const folding = useMemo<Folding>(
    () => ({ folded, unfolded, levels, foldedServices, alike, ungrouped }),
    [folded, unfolded, levels, foldedServices, alike, ungrouped],
  );
  const only = useMemo(() => chosenMarks(model, view.only, matches), [model, view.only, matches]);
  // What is picked out is shown one by one.
  const groups = useMemo(
    () => (view.only === undefined ? closedGroups(model, folding) : undefined),
    [model, folding, only],
  );
  const rows = useMemo(
    () =>
      visibleRows(model.tree, {
        folded: { has: (index) => isFolded(model, folding, index) },
        groups,
        focus,
        only,
      }),
    [model, folding, groups, focus, only],
  );
  const selectedRow = useMemo(() => rowFor(model, view, view.selected), [model, view]);
  const found = useTraceFindings(model);
  const chosen = chosenFinding(found, view);
  const evidence = useMemo(() => evidenceMarks(model, chosen), [model, chosen]);
  const parts = { groups, selectedRow, only, places, siblings, matches, version, found, chosen, evidence };
  return { model, view, rows, ...parts, update };
}

function neverChanges(): () => void {
  return () => {};
}

function chosenMarks(
  model: TraceModel,
  only: ViewState['only'],
  matches: Uint8Array | undefined,
): Uint8Array | undefined {
  if (only === 'critical') return Uint8Array.from(model.criticalNanos, (nanos) => (nanos > 0 ? 1 : 0));
  return only === 'matches' ? matches : undefined;
}

function useAddressedView(model: TraceModel): [view: ViewState, update: TraceView['update']] {
  const search = useSearch({ from: '/trace/$traceId' });
  const params = useMemo(() => parseTraceView({ ...search }), [search]);
  const navigate = useNavigate({ from: '/trace/$traceId' });
  const [{ view, awaited }, update, show] = useViewOf(model, params);
  const address = formatAddress({ ...params });
  const written = useRef(address);
  useEffect(() => {
    // Somebody else changed the address: back, forward, or a link.
    if (address === written.current) return;
    written.current = address;
    show(params);
  }, [address, params, show]);
  useEffect(() => {
    const timer = setTimeout(() => {
      const shown = paramsFromView(model, view);
      const search = mayGrow(model, Date.now()) ? withAwaited(shown, awaited) : shown;
      // As it will be read again: what is awaited may stand in another order.
      const next = formatAddress({ ...parseTraceView({ ...search }) });
      if (next === written.current) return;
      written.current = next;
      void navigate({ search, replace: true, resetScroll: false });
    }, addressDelayMillis);
    return () => clearTimeout(timer);
  }, [model, view, awaited, navigate]);
  return [view, update];
}

interface HeldView {
  readonly model: TraceModel;
  readonly view: ViewState;
  readonly awaited: AwaitedSpans;
}

/** A view holds positions of spans, so it is held with its model, and carried over before the next model is drawn. */
function useViewOf(
  model: TraceModel,
  params: TraceViewParams,
): [held: HeldView, update: TraceView['update'], show: (params: TraceViewParams) => void] {
  const [held, setHeld] = useState(() => viewAt(model, params));
  const current = held.model === model ? held : carriedTo(model, held);
  if (current !== held) setHeld(current);
  const update = useCallback<TraceView['update']>(
    (change) =>
      setHeld((latest) => {
        const next = change(latest.view);
        return { ...latest, view: next, awaited: stillAwaited(latest.awaited, latest.view, next) };
      }),
    [],
  );
  const show = useCallback((next: TraceViewParams) => setHeld((latest) => viewAt(latest.model, next)), []);
  return [current, update, show];
}

function viewAt(model: TraceModel, params: TraceViewParams): HeldView {
  return { model, view: viewFromParams(model, params), awaited: awaitedSpans(model, params) };
}

function carriedTo(model: TraceModel, { model: before, view, awaited }: HeldView): HeldView {
  const carried = carriedView(before, model, view);
  return { model, view: withArrived(model, carried, awaited), awaited: awaitedSpans(model, awaited) };
}
