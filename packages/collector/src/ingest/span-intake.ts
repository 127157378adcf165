import type { CheckedBody } from '../formats/body-codec.ts';
import type { bodyCodecs } from '../formats/body-codecs.ts';
import { RefusedRequest } from '../http/refused-request.ts';
import { OverloadedError, StorageFailedError } from '../storage/span-store.ts';
import type { SpanStore } from '../storage/span-store.ts';
import type { BodyLimits, BodySource } from './body-source.ts';
import { ByteBudget } from './byte-budget.ts';
import { CheckThread } from './check-thread.ts';
import type { IngestCounters } from './ingest-counters.ts';

/** How a protocol's bodies are taken. */
export interface BodyForm {
  readonly codec: (typeof bodyCodecs)[keyof typeof bodyCodecs];
  /** Whether an answer can say that spans were rejected; if not, a body with nothing else is refused. */
  readonly reportsRejected: boolean;
}

/** What the store said when it took nothing. */
export interface StorageFailure {
  readonly message: string;
  /** By the intake's clock. */
  readonly atMillis: number;
  /** Whether it still says anything about now. */
  readonly isRecent: boolean;
}

/**
 * A failure counts for so long. Only an append can tell that the disk is well again, and behind a readiness check nobody
 * sends one while the collector says that it is down.
 */
const recentFailureMillis = 5_000;

/**
 * The way of every body, whatever its protocol: read within limits, checked, appended to the store, counted. It
 * resolves when the store has made the body durable, so an answer sent after it is an acknowledgement.
 */
export class SpanIntake {
  readonly #store: SpanStore;
  readonly #limits: BodyLimits;
  readonly #counters: IngestCounters;
  readonly #budget: ByteBudget;
  readonly #checks = new CheckThread();
  readonly #now: () => number;
  #storageFailure: StorageFailure | undefined;

  /** `budgetBytes` bounds all bodies that are under way together; `now` is in milliseconds. */
  constructor(
    store: SpanStore,
    limits: BodyLimits,
    counters: IngestCounters,
    budgetBytes: number,
    now: () => number = () => performance.now(),
  ) {
    this.#store = store;
    this.#limits = limits;
    this.#counters = counters;
    this.#budget = new ByteBudget(budgetBytes);
    this.#now = now;
  }

  /** Why the store took nothing the last time it was asked, `undefined` when it took it. */
  get storageFailure(): StorageFailure | undefined {
    const failure = this.#storageFailure;
    return failure && { ...failure, isRecent: this.#now() - failure.atMillis < recentFailureMillis };
  }

  /** @throws {RefusedRequest} with a clear reason; nothing of the body was acknowledged then. */
  async receive(source: BodySource, form: BodyForm): Promise<CheckedBody> {
    const share = this.#budget.open();
    try {
      const bytes = await source(this.#limits, share);
      const checked = await this.#check(form, bytes);
      if (checked.spanCount > 0) await this.#append(form, bytes, checked.spanCount);
      return checked;
    } finally {
      share.release();
    }
  }

  async close(): Promise<void> {
    await this.#checks.close();
  }

  async #check({ codec, reportsRejected }: BodyForm, bytes: Buffer): Promise<CheckedBody> {
    const result = await this.#checks.check(codec, bytes);
    if ('malformed' in result) throw new RefusedRequest('malformed-body', result.malformed);
    this.#counters.countReceived(codec.name, result.spanCount, result.rejected);
    if (result.spanCount === 0 && result.rejected > 0 && !reportsRejected) {
      throw new RefusedRequest(
        'malformed-body',
        `no span of ${result.rejected} can be kept: ${result.reasons.join('; ')}`,
      );
    }
    return result;
  }

  async #append({ codec }: BodyForm, bytes: Buffer, spanCount: number): Promise<void> {
    try {
      await this.#store.append({ format: codec.id, bytes, spanCount });
      this.#storageFailure = undefined;
      this.#counters.countStored(codec.name, spanCount);
    } catch (error) {
      if (error instanceof StorageFailedError) {
        this.#storageFailure = { message: error.message, atMillis: this.#now(), isRecent: true };
      }
      throw refusalOf(error);
    }
  }
}

/** Whatever goes wrong in the store is worth another try: to clients, 500 would mean that it is not. */
function refusalOf(error: unknown): RefusedRequest {
  if (error instanceof OverloadedError) {
    return new RefusedRequest('overloaded', error.message, {
      headers: { 'retry-after': String(error.retryAfterSeconds) },
    });
  }
  if (!(error instanceof StorageFailedError)) {
    const more = { cause: error, headers: { 'retry-after': '5' } };
    return new RefusedRequest('storage-failed', "the spans were not stored; the collector's log says why", more);
  }
  const code = `storage-${error.reason}` as const;
  return new RefusedRequest(code, `the spans were not stored: ${error.message}`, { headers: { 'retry-after': '30' } });
}
