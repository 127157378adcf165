import { expect, it } from 'vitest';

import { searchFor } from '../../span-store.conformance.ts';
import type { CandidateSource } from './candidate-source.ts';
import type { HotClient } from './hot-port.ts';
import type { SegmentSearch } from './segment-search.ts';
import { TimeBudget } from './time-budget.ts';
import { TraceSearch } from './trace-search.ts';

it('has looked at the sources that had no candidate when its time ends before the first', async () => {
  const budget = new TimeBudget(50);
  const empty: CandidateSource = { newestMicros: 100, candidates: async () => [] };
  const slow: CandidateSource = { newestMicros: 70, candidates: () => new Promise(() => {}) };
  const hot = { ask: async () => [] } as unknown as HotClient;
  const segments = { sources: () => [slow, empty] } as unknown as SegmentSearch;
  const found = { lastMicros: Number.NEGATIVE_INFINITY, add: () => true };
  const limits = { takenTogether: 50, mostSpansTogether: 1000 };
  const search = new TraceSearch(searchFor({ endMicros: 1000 }), { hot, segments, budget }, found, limits);
  expect(await search.run()).toEqual({ complete: false, searchedBackToMicros: 70 });
  budget.release();
});
