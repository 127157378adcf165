import { UNTRACED } from '@spanwise/opentracing';

import { anyValue } from './otlp-json.ts';

/** Where spans go, and how many wait. */
export interface ExporterOptions {
  /** The whole address that takes OTLP/HTTP, such as `https://collector.example/v1/traces`; relative to the page's. */
  readonly url: string;
  /** The name of the service that the page is. */
  readonly serviceName: string;
  /** Tags of the page, on all of its spans: version, release stage. None unless given. */
  readonly tags?: Readonly<Record<string, unknown>> | undefined;
  /** Sent with every request, such as `authorization`. None unless given; `sendBeacon` cannot send them. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long a span may wait for others, in milliseconds. 2,000 unless given. */
  readonly delayMillis?: number | undefined;
  /** How many spans may wait or be under way; what finishes beyond that is given up. 1,000 unless given. */
  readonly maxSpans?: number | undefined;
}

/** Why a span was given up. */
export type GivenUpReason =
  /** As many as may wait were waiting. */
  | 'queue-full'
  /** It alone was longer than a body may be. */
  | 'oversize'
  /** The collector took the body and refused this many spans of it. */
  | 'rejected'
  /** The collector refused the body for good. */
  | 'refused'
  /** The collector could not be reached, or was busy, five times. */
  | 'retries-exhausted'
  /** It finished after `close`, or was waiting for another try then. */
  | 'closed';

/** Counts of spans: `accepted = queued + inFlight + delivered + handedOff + Σ givenUp[reason]` at every moment. */
export interface ExporterStats {
  /** Handed to the exporter. */
  readonly accepted: number;
  /** Waiting. */
  readonly queued: number;
  /** In requests that have no answer yet. */
  readonly inFlight: number;
  /** Acknowledged by the collector. */
  readonly delivered: number;
  /** Given to `sendBeacon`, which acknowledges nothing. */
  readonly handedOff: number;
  /** Lost, by reason. */
  readonly givenUp: Readonly<Partial<Record<GivenUpReason, number>>>;
}

/**
 * Longest body. Browsers hold at most 64 KiB for requests that outlive their page, all of them together, and headers
 * count for some.
 */
const MAX_BODY_BYTES = 60_000;
/** A request that takes longer has failed. */
const TIMEOUT_MILLIS = 10_000;
const MAX_TRIES = 5;
/** Longest pause, whatever the collector asks for: a page does not live as long. */
const MAX_PAUSE_MILLIS = 300_000;

const TAIL = ']}]}]}';

interface Waiting {
  readonly json: string;
  readonly bytes: number;
  tries: number;
}

/**
 * Sends spans as OTLP/HTTP JSON, in batches of at most 60,000 bytes: when one is full, when the oldest has waited long
 * enough, and all at once when the page is hidden, which is the last that a page may hear. Requests outlive the page
 * (`keepalive`) as far as the browser's 64 KiB go.
 *
 * Retries network errors and 429, 502, 503 and 504 with back-off, after `Retry-After` where the collector shows it, until a
 * flush in the meantime is taken. What it gives up is counted. It calls the `fetch` that it found when it was made, marked as not to be traced. Never throws.
 */
export class SpanExporter {
  readonly #options: ExporterOptions;
  readonly #fetch: typeof fetch = globalThis.fetch;
  readonly #head: string;
  /** Bytes of a body beside its spans. */
  readonly #frameBytes: number;
  readonly #queue: Waiting[] = [];
  #queuedBytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isBackingOff = false;
  #backOffs = 0;
  #isClosed = false;
  readonly #underWay: Set<Promise<void>> = new Set();
  #keepaliveBytes = 0;
  #accepted = 0;
  #inFlight = 0;
  #delivered = 0;
  #handedOff = 0;
  readonly #givenUp: Partial<Record<GivenUpReason, number>> = {};

  /** Usually made by `init`. */
  constructor(options: ExporterOptions) {
    this.#options = options;
    const resource = { 'service.name': options.serviceName, ...options.tags };
    const attributes = Object.entries(resource).map(([key, value]) => ({ key, value: anyValue(value) }));
    this.#head = `{"resourceSpans":[{"resource":${JSON.stringify({ attributes })},"scopeSpans":[{"scope":{"name":"@spanwise/browser"},"spans":[`;
    this.#frameBytes = bytesOf(this.#head + TAIL);
    addEventListener('visibilitychange', this.#whenHidden, true);
    addEventListener('pagehide', this.#whenHidden, true);
  }

  /** Takes one span, as OTLP JSON. */
  add(json: string): void {
    this.#accepted++;
    // With the comma before it.
    const bytes = bytesOf(json) + 1;
    if (this.#isClosed) return this.#giveUp('closed', 1);
    if (this.#frameBytes + bytes > MAX_BODY_BYTES) return this.#giveUp('oversize', 1);
    if (this.#queue.length + this.#inFlight >= (this.#options.maxSpans ?? 1000)) return this.#giveUp('queue-full', 1);
    this.#queue.push({ json, bytes, tries: 0 });
    this.#queuedBytes += bytes;
    if (this.#underWay.size === 0) this.#sendInTime();
  }

  /** Sends everything that waits, and settles when each request has its answer. Does not wait for retries. */
  async flush(): Promise<void> {
    while (this.#queue.length > 0) this.#sendOne();
    await Promise.all(this.#underWay);
  }

  /** Flushes, gives up what is then left, and takes no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    removeEventListener('visibilitychange', this.#whenHidden, true);
    removeEventListener('pagehide', this.#whenHidden, true);
    await this.flush();
    this.#stopTimer();
  }

  /** The counts of this moment. */
  stats(): ExporterStats {
    return {
      accepted: this.#accepted,
      queued: this.#queue.length,
      inFlight: this.#inFlight,
      delivered: this.#delivered,
      handedOff: this.#handedOff,
      givenUp: { ...this.#givenUp },
    };
  }

  readonly #whenHidden = (event: Event): void => {
    if (event.type === 'pagehide' || document.visibilityState === 'hidden') void this.flush();
  };

  #giveUp(reason: GivenUpReason, count: number): void {
    if (count > 0) this.#givenUp[reason] = (this.#givenUp[reason] ?? 0) + count;
  }

  /** Half a body at once, and less when it has waited long enough. */
  #sendInTime(): void {
    if (this.#isBackingOff) return;
    if (this.#queuedBytes > MAX_BODY_BYTES / 2) this.#sendOne();
    else this.#sendAfter(this.#options.delayMillis ?? 2000);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #sendAfter(millis: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#isBackingOff = false;
      this.#sendOne();
    }, millis);
  }

  /** Sends as many of the oldest as fit into a body. */
  #sendOne(): void {
    let bytes = this.#frameBytes;
    const fitting = this.#queue.findIndex((span) => (bytes += span.bytes) > MAX_BODY_BYTES);
    const batch = this.#queue.splice(0, fitting < 0 ? this.#queue.length : fitting);
    if (batch.length === 0) return;
    for (const span of batch) this.#queuedBytes -= span.bytes;
    this.#inFlight += batch.length;
    const sending = this.#post(batch).then((retryMillis) => {
      this.#underWay.delete(sending);
      this.#inFlight -= batch.length;
      if (retryMillis !== undefined) this.#again(batch, retryMillis);
      else if (this.#queue.length > 0) this.#sendInTime();
    });
    this.#underWay.add(sending);
  }

  /** The spans of a batch that failed go back to the front, but for those that were tried often enough. */
  #again(batch: Waiting[], millis: number): void {
    const left = batch.filter((span) => ++span.tries < MAX_TRIES);
    this.#giveUp('retries-exhausted', batch.length - left.length);
    if (this.#isClosed) return this.#giveUp('closed', left.length);
    this.#queue.unshift(...left);
    for (const { bytes } of left) this.#queuedBytes += bytes;
    this.#isBackingOff = true;
    this.#backOffs++;
    this.#stopTimer();
    // Half of it by chance, so that the pages of a site do not come back all at once.
    this.#sendAfter(Math.min(millis, MAX_PAUSE_MILLIS) || 1000 * 2 ** (batch[0]!.tries - 1) * (0.5 + Math.random()));
  }

  /** Settles with when to try again: `undefined` when that is not wanted, 0 when the collector did not say. */
  async #post(batch: readonly Waiting[]): Promise<number | undefined> {
    const body = `${this.#head}${batch.map(({ json }) => json).join(',')}${TAIL}`;
    const { url, headers } = this.#options;
    const size = bytesOf(body);
    const backOffs = this.#backOffs;
    const keepalive = this.#keepaliveBytes + size <= MAX_BODY_BYTES;
    if (keepalive) this.#keepaliveBytes += size;
    try {
      if (!('keepalive' in Request.prototype) && document.visibilityState === 'hidden') {
        if (navigator.sendBeacon(url, new Blob([body], { type: 'application/json' }))) {
          this.#handedOff += batch.length;
          return undefined;
        }
      }
      const response = await this.#fetch.call(globalThis, url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        keepalive,
        signal: AbortSignal.timeout?.(TIMEOUT_MILLIS),
        [UNTRACED]: true,
      } as RequestInit);
      if ([429, 502, 503, 504].includes(response.status))
        return Number(response.headers.get('retry-after')) * 1000 || 0;
      if (!response.ok) this.#giveUp('refused', batch.length);
      else {
        // Only what was sent after the last refusal says that it is over.
        if (this.#isBackingOff && backOffs === this.#backOffs) {
          this.#isBackingOff = false;
          this.#stopTimer();
        }
        const rejected = await rejectedOf(response, batch.length);
        this.#giveUp('rejected', rejected);
        this.#delivered += batch.length - rejected;
      }
      return undefined;
    } catch {
      return 0;
    } finally {
      if (keepalive) this.#keepaliveBytes -= size;
    }
  }
}

function bytesOf(text: string): number {
  return new Blob([text]).size;
}

/** OTLP's partial success: how many spans the collector refused of a body that it took. */
async function rejectedOf(response: Response, sent: number): Promise<number> {
  try {
    const { partialSuccess } = (await response.json()) as { partialSuccess?: { rejectedSpans?: number | string } };
    return Math.min(Number(partialSuccess?.rejectedSpans) || 0, sent);
  } catch {
    return 0;
  }
}
