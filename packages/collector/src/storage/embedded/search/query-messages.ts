import type { MessagePort } from 'node:worker_threads';
import type { TraceIdWords } from '@spanwise/wire';
import type {
  OverviewQuery,
  ServiceEdgesAnswer,
  StatisticsAnswer,
  StatisticsQuery,
  SumsQuery,
  TracesOverviewAnswer,
} from '@spanwise/wire/query';
import type { SpanRecord } from '@spanwise/wire/span-record';

import type { TraceForm } from '../../encoding/trace-encodings.ts';
import type { EncodedSearch, OpenedTrace, SearchResult, StartRange, StoreSearch } from '../../span-store.ts';
import type { ServiceCatalogue } from '../hot/catalogue.ts';
import type { StoreSettings } from '../options.ts';

export interface QueryStart {
  readonly settings: StoreSettings;
}

/** What the main thread asks the query worker. Encoded answers are moved, so that the main thread only passes them on. */
export interface StoreQueries {
  catalogue(): Promise<ServiceCatalogue[]>;
  trace(id: TraceIdWords): Promise<SpanRecord[]>;
  encodeTrace(id: TraceIdWords, form: TraceForm, range?: StartRange): Promise<Uint8Array | undefined>;
  openTrace(id: TraceIdWords, mostSpans: number): Promise<OpenedTrace | undefined>;
  search(search: StoreSearch): Promise<SearchResult>;
  encodeSearch(search: StoreSearch, form: TraceForm): Promise<EncodedSearch>;
  tracesOverview(query: OverviewQuery): Promise<TracesOverviewAnswer>;
  serviceStatistics(query: StatisticsQuery): Promise<StatisticsAnswer>;
  serviceEdges(query: SumsQuery): Promise<ServiceEdgesAnswer>;
}

export type QueryQuestion = {
  [Name in keyof StoreQueries]: { readonly name: Name; readonly args: Parameters<StoreQueries[Name]> };
}[keyof StoreQueries];

export type QueryCommand =
  | { readonly type: 'ask'; readonly id: number; readonly question: QueryQuestion }
  | { readonly type: 'connect'; readonly port: MessagePort }
  | { readonly type: 'close' };

export type QueryEvent =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | {
      readonly type: 'failure';
      readonly id: number;
      readonly message: string;
      /** It was a `ReplayingError`: classes do not survive the way between threads. */
      readonly isReplaying: boolean;
    }
  | { readonly type: 'closed' };
