import { reveal } from '../../model/row-moves.ts';
import { nextMarked } from '../../model/span-search.ts';
import { nextEvidence, withEvidence } from '../../model/trace-findings.ts';
import type { TraceView } from './use-trace-view.ts';

/** Goes to the next failed span below the selected one, from the end back to the top. */
export function nextError(trace: TraceView): void {
  step(trace, trace.model.error, 1);
}

/** Goes to the next (1) or previous (-1) span that the search found. */
export function nextMatch(trace: TraceView, direction: 1 | -1): void {
  if (trace.matches !== undefined) step(trace, trace.matches, direction);
}

/** Goes to the next (1) or previous (-1) span of the finding that is looked at; without one, to what the first finding is about. */
export function stepEvidence({ model, found, chosen, update }: TraceView, direction: 1 | -1): void {
  const finding = chosen ?? found?.findings[0];
  if (finding === undefined) return;
  update((view) => {
    const index = chosen === undefined ? finding.subject : nextEvidence(finding, view.selected, direction);
    return withEvidence(model, view, finding, index);
  });
}

function step({ model, places, view, update }: TraceView, marks: Uint8Array, direction: 1 | -1): void {
  const none = direction === 1 ? -1 : places.length;
  const from = view.selected === -1 ? none : places[view.selected]!;
  const next = nextMarked(model.tree.order, marks, from, direction);
  if (next !== -1) update((held) => reveal(model, held, next));
}
