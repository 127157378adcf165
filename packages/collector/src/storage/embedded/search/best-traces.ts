/** Where a found trace stands. */
export interface Place {
  readonly newestMicros: number;
  readonly id: string;
}

/** How a search answers for a trace. Made as soon as the trace is found, so that its spans need not be kept. */
export interface AnswerForm<From, To> {
  make(trace: From): To;
  /** What it holds in memory, when that is much. */
  bytes(answer: To): number;
}

interface Kept<To> extends Place {
  readonly answer: To;
  readonly bytes: number;
}

/** The newest of what a search has found, in the form of its answer: at most `limit` of them, and within `mostBytes`. */
export class BestTraces<From, To> {
  readonly #form: AnswerForm<From, To>;
  readonly #limit: number;
  readonly #mostBytes: number;
  /** In order. */
  readonly #kept: Kept<To>[] = [];
  #bytes = 0;

  constructor(form: AnswerForm<From, To>, { limit, mostBytes }: { limit: number; mostBytes: number }) {
    this.#form = form;
    this.#limit = limit;
    this.#mostBytes = mostBytes;
  }

  /** What is older has no place; -Infinity while there is room. */
  get lastMicros(): number {
    return this.#kept[this.#limit - 1]?.newestMicros ?? Number.NEGATIVE_INFINITY;
  }

  /** False when it has a place and does not fit: the first always fits. */
  add(place: Place, trace: From): boolean {
    const at = this.#kept.findIndex((kept) => comparePlaces(place, kept) < 0);
    if (at < 0 && this.#kept.length >= this.#limit) return true;
    const answer = this.#form.make(trace);
    const bytes = this.#form.bytes(answer);
    const dropped = this.#kept.length < this.#limit ? 0 : (this.#kept.at(-1)?.bytes ?? 0);
    if (this.#kept.length > 0 && this.#bytes - dropped + bytes > this.#mostBytes) return false;
    this.#kept.splice(at < 0 ? this.#kept.length : at, 0, { ...place, answer, bytes });
    this.#bytes += bytes - dropped;
    if (this.#kept.length > this.#limit) this.#kept.pop();
    return true;
  }

  /** Newest first. */
  answers(): To[] {
    return this.#kept.map(({ answer }) => answer);
  }
}

function comparePlaces(a: Place, b: Place): number {
  return b.newestMicros - a.newestMicros || (a.id < b.id ? -1 : 1);
}
