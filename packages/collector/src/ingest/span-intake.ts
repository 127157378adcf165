import type { IncomingMessage } from 'node:http';

import { WireFormatError } from '@spanwise/wire';

import { RefusedRequest } from '../http/refused-request.ts';
import { OverloadedError, StorageFailedError } from '../storage/span-store.ts';
import type { BodyFormat, SpanStore } from '../storage/span-store.ts';
import { ByteBudget } from './byte-budget.ts';
import type { IngestCounters, IngestProtocol } from './ingest-counters.ts';
import { readBody } from './read-body.ts';
import type { BodyLimits } from './read-body.ts';

/** What checking a body found. */
export interface CheckedBody {
  /** Spans that are kept. */
  readonly spanCount: number;
  /** Spans that cannot be kept, for reasons of their own. */
  readonly rejected: number;
  /** Why, as far as the check can tell. */
  readonly reasons: readonly string[];
}

/** How a protocol reads its bodies. */
export interface BodyForm {
  readonly protocol: IngestProtocol;
  readonly format: BodyFormat;
  /** @throws {WireFormatError} when the body does not decode. */
  readonly check: (bytes: Buffer) => CheckedBody;
}

/**
 * The way of every body, whatever its protocol: read within limits, checked, appended to the store, counted. It
 * resolves when the store has made the body durable, so an answer sent after it is an acknowledgement.
 */
export class SpanIntake {
  readonly #store: SpanStore;
  readonly #limits: BodyLimits;
  readonly #counters: IngestCounters;
  readonly #budget: ByteBudget;
  #storageFailure: StorageFailedError | undefined;

  /** `budgetBytes` bounds all bodies that are under way together. */
  constructor(store: SpanStore, limits: BodyLimits, counters: IngestCounters, budgetBytes: number) {
    this.#store = store;
    this.#limits = limits;
    this.#counters = counters;
    this.#budget = new ByteBudget(budgetBytes);
  }

  /** Why the store took nothing the last time it was asked, `undefined` while it works. */
  get storageFailure(): StorageFailedError | undefined {
    return this.#storageFailure;
  }

  /** @throws {RefusedRequest} with a clear reason; nothing of the body was acknowledged then. */
  async receive(request: IncomingMessage, form: BodyForm): Promise<CheckedBody> {
    const share = this.#budget.open();
    try {
      const bytes = await readBody(request, this.#limits, share);
      const checked = check(form, bytes);
      this.#counters.countReceived(form.protocol, checked.spanCount, checked.rejected);
      if (checked.spanCount > 0) await this.#append(form, bytes, checked.spanCount);
      return checked;
    } finally {
      share.release();
    }
  }

  async #append({ format, protocol }: BodyForm, bytes: Buffer, spanCount: number): Promise<void> {
    try {
      await this.#store.append({ format, bytes, spanCount });
      this.#storageFailure = undefined;
      this.#counters.countStored(protocol, spanCount);
    } catch (error) {
      if (error instanceof StorageFailedError) this.#storageFailure = error;
      throw refusalOf(error);
    }
  }
}

function check(form: BodyForm, bytes: Buffer): CheckedBody {
  try {
    return form.check(bytes);
  } catch (error) {
    if (error instanceof WireFormatError) throw new RefusedRequest('malformed-body', error.message);
    throw error;
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof OverloadedError) {
    return new RefusedRequest('overloaded', error.message, {
      headers: { 'retry-after': String(error.retryAfterSeconds) },
    });
  }
  if (!(error instanceof StorageFailedError)) return error;
  const code = `storage-${error.reason}` as const;
  return new RefusedRequest(code, `the spans were not stored: ${error.message}`, { headers: { 'retry-after': '30' } });
}
