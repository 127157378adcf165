import type { MessagePort } from 'node:worker_threads';
import type { SpanRecord } from '@spanwise/wire/span-record';

import type { StoreSearch } from '../../span-store.ts';
import type { ServiceCatalogue } from '../hot/catalogue.ts';
import type { StoreSettings } from '../options.ts';

export interface QueryStart {
  readonly settings: StoreSettings;
}

export type QueryQuestion =
  | { readonly name: 'catalogue' }
  | { readonly name: 'trace'; readonly id: readonly [number, number, number, number] }
  | { readonly name: 'search'; readonly search: StoreSearch };

export type QueryCommand =
  | { readonly type: 'ask'; readonly id: number; readonly question: QueryQuestion }
  /** The last part was taken; the next may come. One at a time, so that a large trace never blocks the receiver. */
  | { readonly type: 'more'; readonly id: number }
  | { readonly type: 'connect'; readonly port: MessagePort }
  | { readonly type: 'close' };

/** Spans follow in parts; `counts` says how many of them each trace of a search has. */
export type QueryHead =
  | { readonly name: 'catalogue'; readonly services: readonly ServiceCatalogue[] }
  | { readonly name: 'trace' }
  | {
      readonly name: 'search';
      readonly complete: boolean;
      readonly searchedBackToMicros: number;
      readonly traces: readonly { readonly count: number; readonly matchedSpanIds: readonly string[] }[];
    };

export type QueryEvent =
  | { readonly type: 'ready' }
  | { readonly type: 'head'; readonly id: number; readonly head: QueryHead; readonly parts: number }
  | { readonly type: 'part'; readonly id: number; readonly spans: readonly SpanRecord[] }
  | { readonly type: 'failure'; readonly id: number; readonly message: string }
  | { readonly type: 'closed' };
