import { buildTree } from '@spanwise/analysis';
import { fromTraceOutline } from '@spanwise/wire/query';
import type { TraceOutline } from '@spanwise/wire/query';
import { TraceDetails } from './trace-details.ts';
import type { DetailsSource } from './trace-details.ts';
import { modelOf } from './trace-model.ts';
import type { TraceModel } from './trace-model.ts';

/** The model of an outline: everything but tags, logs and what else is `details`. `size`: see `TraceDetails`. */
export function outlineModel(outline: TraceOutline, source: DetailsSource, size?: number): TraceModel {
  const tree = buildTree(fromTraceOutline(outline));
  const details = new TraceDetails(tree.spans, source, size);
  return { ...modelOf(outline.traceId, tree, tree.spans, new Float64Array(tree.spans.length)), details };
}
