import type { StorageFailedError } from '../../span-store.ts';
import type { IngestEvent } from './ingest-messages.ts';

/** What stands between acknowledged spans and their segments. */
export type Obstacle = 'reading' | 'writing';

type ToldFailure = Pick<StorageFailedError, 'message' | 'reason'>;

/** The same obstacle is met at every attempt; it is told when it is new and then once in so long. */
const repeatMillis = 60_000;

/** Tells the store of what the disk refuses, and the log, without filling it. */
export class Obstacles {
  readonly #emit: (event: IngestEvent) => void;
  readonly #nowMillis: () => number;
  readonly #met = new Map<Obstacle, { readonly failure: ToldFailure; readonly toldMillis: number }>();

  constructor(emit: (event: IngestEvent) => void, nowMillis: () => number = () => performance.now()) {
    this.#emit = emit;
    this.#nowMillis = nowMillis;
  }

  has(obstacle: Obstacle): boolean {
    return this.#met.has(obstacle);
  }

  /** `advice` is what happens next, for the log. */
  meet(obstacle: Obstacle, { message, reason }: StorageFailedError, advice: string): void {
    const known = this.#met.get(obstacle);
    const now = this.#nowMillis();
    if (known?.failure.message === message && now - known.toldMillis < repeatMillis) return;
    this.#met.set(obstacle, { failure: { message, reason }, toldMillis: now });
    this.#emit({ type: 'log', level: 'error', message: `${message}; ${advice}` });
    this.#emit({ type: 'obstacle', failure: { message, reason } });
  }

  overcome(obstacle: Obstacle): void {
    if (!this.#met.delete(obstacle)) return;
    const what = obstacle === 'reading' ? 'the journal is read' : 'segments are written';
    this.#emit({ type: 'log', level: 'info', message: `${what} again` });
    const [other] = this.#met.values();
    this.#emit({ type: 'obstacle', failure: other?.failure });
  }
}
