import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { TraceSummary } from '@spanwise/wire/query';
import { tracesQuery } from '../../api/traces-queries.ts';
import { nearestChanges } from '../../model/nearest-change.ts';
import type { NearestChange } from '../../model/nearest-change.ts';
import type { TracesParams } from '../../model/traces-params.ts';

export interface TriedChange {
  readonly change: NearestChange;
  /** The newest trace that it finds; absent where the search did not come to an end. */
  readonly newest: TraceSummary | undefined;
}

/** The nearest changes of a query that find something: each is searched for, for one trace. */
export function useTriedChanges(params: TracesParams): {
  readonly offered: readonly TriedChange[];
  readonly trying: boolean;
} {
  const changes = useMemo(() => nearestChanges(params), [params]);
  const tries = useQueries({
    queries: changes.map((change) => {
      // What was found with another query says nothing of this one.
      const { placeholderData: _placeholderData, ...query } = tracesQuery({ ...change.params, limit: 1 });
      return query;
    }),
  });
  const offered = changes.flatMap((change, at): TriedChange[] => {
    const { data } = tries[at]!;
    if (data === undefined) return [];
    const [newest] = data.traces;
    // One that ran out of time has not found nothing.
    return newest === undefined && data.complete ? [] : [{ change, newest }];
  });
  return { offered: withoutLongerRanges(offered), trying: tries.some(({ isPending }) => isPending) };
}

/** Of the ranges that find something, the shortest. */
function withoutLongerRanges(offered: readonly TriedChange[]): readonly TriedChange[] {
  const first = offered.find(({ change }) => change.kind === 'widen');
  return offered.filter((tried) => tried.change.kind !== 'widen' || tried === first);
}
