import { RefusedRequest } from '../http/refused-request.ts';

/**
 * Bounds the memory that request bodies take together, from the first byte until they are stored. Without it a few
 * hundred slow or large requests at once would outgrow the process, however small each may be.
 */
export class ByteBudget {
  readonly #limitBytes: number;
  #usedBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  open(): ByteShare {
    return new ByteShare((bytes) => this.#take(bytes));
  }

  #take(bytes: number): void {
    if (bytes > 0 && this.#usedBytes + bytes > this.#limitBytes) {
      throw new RefusedRequest('overloaded', 'too many request bodies at once; try again in 1 s', {
        headers: { 'retry-after': '1' },
      });
    }
    this.#usedBytes += bytes;
  }
}

/** What one request has taken of the budget. */
export class ByteShare {
  readonly #take: (bytes: number) => void;
  #bytes = 0;

  constructor(take: (bytes: number) => void) {
    this.#take = take;
  }

  /** @throws {RefusedRequest} `overloaded` when the budget is used up; the share is then as before. */
  add(bytes: number): void {
    this.#take(bytes);
    this.#bytes += bytes;
  }

  /** Gives everything back; more than once does no harm. */
  release(): void {
    this.#take(-this.#bytes);
    this.#bytes = 0;
  }
}
