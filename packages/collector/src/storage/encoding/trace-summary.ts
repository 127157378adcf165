import { summarize } from '@spanwise/analysis';
import { traceIdHex } from '@spanwise/wire';
import type { TraceSummary } from '@spanwise/wire/query';

import type { FoundTrace } from './trace-encodings.ts';

/** One found trace as a line of a list. */
export function toTraceSummary({ spans, matchedSpanIds }: FoundTrace): TraceSummary {
  const first = spans[0];
  return {
    ...summarize(spans),
    traceId: first === undefined ? '' : traceIdHex(first),
    matchedSpanIds: matchedSpanIds.slice(0, 10),
  };
}
