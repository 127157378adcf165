import { movedSpan } from '@spanwise/analysis';
import type { SpanRecord } from '@spanwise/wire/span-record';
import type { TraceModel } from './trace-model.ts';

/** A span with its tags and logs, on the clock of the model; `undefined` while they are not here. */
export function wholeSpan({ tree, sent, movedNanos, details }: TraceModel, index: number): SpanRecord | undefined {
  if (details === undefined) return tree.spans[index];
  const record = details.at(sent[index]!);
  return record === undefined || movedNanos[index] === 0 ? record : movedSpan(record, movedNanos[index]!);
}

/** The same model once all details are here: no position changes. `undefined` before. */
export function completedModel(model: TraceModel): TraceModel | undefined {
  const spans = model.details?.whole;
  return spans && { ...model, tree: { ...model.tree, spans }, sent: spans, details: undefined };
}
