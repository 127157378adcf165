import { withFolded } from './folding.ts';
import { indexOfSpanKey } from './span-key.ts';
import type { TraceModel } from './trace-model.ts';
import { parseIds } from './trace-view.ts';
import type { TraceViewParams } from './trace-view.ts';
import { viewFromParams } from './view-state.ts';
import type { ViewState } from './view-state.ts';

/** What an address says about spans that the trace does not have yet. */
export type AwaitedSpans = Pick<TraceViewParams, 'span' | 'focus' | 'fold'>;

export function awaitedSpans(model: TraceModel, { span, focus, fold }: AwaitedSpans): AwaitedSpans {
  const isAbsent = (key: string | undefined): key is string =>
    key !== undefined && indexOfSpanKey(model.tree.spans, key) === -1;
  const folded = parseIds(fold).filter(isAbsent);
  return {
    ...(isAbsent(span) ? { span } : {}),
    ...(isAbsent(focus) ? { focus } : {}),
    ...(folded.length === 0 ? {} : { fold: folded.join(',') }),
  };
}

/** The view once some of them may have arrived. What somebody chose meanwhile stays. */
export function withArrived(model: TraceModel, view: ViewState, awaited: AwaitedSpans): ViewState {
  const arrived = viewFromParams(model, awaited);
  return {
    ...withFolded(view, arrived.folded, true),
    selected: view.selected === -1 ? arrived.selected : view.selected,
    focus: view.focus === -1 ? arrived.focus : view.focus,
  };
}

/** What is still awaited after a change: who chose, or let go of, a span or a focus does not wait for another. */
export function stillAwaited(awaited: AwaitedSpans, before: ViewState, after: ViewState): AwaitedSpans {
  const { span, focus, ...rest } = awaited;
  return {
    ...rest,
    ...(span === undefined || before.selected !== after.selected ? {} : { span }),
    ...(focus === undefined || before.focus !== after.focus ? {} : { focus }),
  };
}

/** The address of a view together with what is awaited, so that reloading goes on waiting. */
export function withAwaited(params: TraceViewParams, awaited: AwaitedSpans): TraceViewParams {
  const fold = [params.fold, awaited.fold].filter((text) => text !== undefined).join(',');
  return { ...awaited, ...params, ...(fold === '' ? {} : { fold }) };
}
