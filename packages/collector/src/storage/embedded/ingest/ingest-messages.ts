import type { MessagePort } from 'node:worker_threads';

import type { StorageFailedError } from '../../span-store.ts';
import type { JournalPosition } from '../journal/journal-position.ts';
import type { StoreSettings } from '../options.ts';

/** What the ingest worker is started with. */
export interface IngestStart {
  readonly settings: StoreSettings;
  readonly progress: SharedArrayBuffer;
  /** The journal is durable up to here; all of it is converted before the worker is ready. */
  readonly durable: JournalPosition;
  /** This process writes into the journal already: what ends it is no write of an earlier process that was cut short. */
  readonly isBeingWritten: boolean;
  /** A body at which the worker ended twice: put aside without a look at it. */
  readonly poison: JournalPosition | undefined;
}

export type IngestCommand =
  | { readonly type: 'durable'; readonly end: JournalPosition }
  | { readonly type: 'retain'; readonly nowMicros: number }
  | { readonly type: 'connect'; readonly port: MessagePort }
  | { readonly type: 'stop-writing' }
  | { readonly type: 'close' };

export type IngestEvent =
  /** What was durable at the start is converted; the journal goes on behind this position. */
  | { readonly type: 'ready'; readonly position: JournalPosition }
  | { readonly type: 'retained' }
  /** The disk refuses what conversion needs, `undefined` once it does not any more. */
  | { readonly type: 'obstacle'; readonly failure: Pick<StorageFailedError, 'message' | 'reason'> | undefined }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }
  | { readonly type: 'closed' };
