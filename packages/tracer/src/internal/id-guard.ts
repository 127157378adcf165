import { CryptoIds } from '../ids/crypto-ids.ts';
import type { IdSource } from '../ids/id-source.ts';
import { drawSpanId, drawTraceId } from './draw-ids.ts';
import type { MinuteLog } from './minute-log.ts';
import type { SpanDraft } from './span-draft.ts';

/**
 * The one boundary between the tracer and its id source: a span whose ids it did not give takes them from the system's
 * generator, and that is counted and logged once a minute.
 */
export class IdGuard {
  /** Exceptions caught. */
  errors = 0;
  readonly #ids: IdSource;
  readonly #isWide: boolean;
  readonly #log: MinuteLog;
  #spare: IdSource | undefined;

  constructor(ids: IdSource, traceIdBits: 64 | 128, log: MinuteLog) {
    this.#ids = ids;
    this.#isWide = traceIdBits === 128;
    this.#log = log;
  }

  /** For a root. */
  drawBoth(draft: SpanDraft): void {
    try {
      drawTraceId(draft, this.#ids, this.#isWide);
      drawSpanId(draft, this.#ids);
    } catch (error) {
      const spare = this.#failed(error);
      drawTraceId(draft, spare, this.#isWide);
      drawSpanId(draft, spare);
    }
  }

  /** For a span of a trace that has its id. */
  drawSpanId(draft: SpanDraft): void {
    try {
      drawSpanId(draft, this.#ids);
    } catch (error) {
      drawSpanId(draft, this.#failed(error));
    }
  }

  #failed(error: unknown): IdSource {
    this.errors += 1;
    this.#log.warn(() => `spanwise: the id source threw, the system's generator stands in: ${String(error)}`);
    this.#spare ??= new CryptoIds();
    return this.#spare;
  }
}
