import { useQuery } from '@tanstack/react-query';
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

/** The nearest changes of a query that find something: each is searched for, for one trace; `undefined` until all are. */
export function useTriedChanges(params: TracesParams): readonly TriedChange[] | undefined {
  const changes = useMemo(() => nearestChanges(params), [params]);
  const { data } = useQuery({
    queryKey: ['tried', changes],
    queryFn: async ({ client }): Promise<readonly TriedChange[]> => {
      const tries = changes.map(async (change): Promise<readonly TriedChange[]> => {
        const { traces, complete } = await client.fetchQuery(tracesQuery({ ...change.params, limit: 1 }));
        const [newest] = traces;
        // One that ran out of time has not found nothing.
        return newest === undefined && complete ? [] : [{ change, newest }];
      });
      return withoutLongerRanges((await Promise.all(tries)).flat());
    },
  });
  return data;
}

/** Of the ranges that find something, the shortest. */
function withoutLongerRanges(offered: readonly TriedChange[]): readonly TriedChange[] {
  const first = offered.find(({ change }) => change.kind === 'widen');
  return offered.filter((tried) => tried.change.kind !== 'widen' || tried === first);
}
