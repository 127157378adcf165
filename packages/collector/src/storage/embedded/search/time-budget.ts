import type { QueryConnection } from './database.ts';

/** A search's time is up. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** Ends a search when its time is up, also in the middle of a query. */
export class TimeBudget {
  readonly #end: number;
  readonly #connection: QueryConnection;

  constructor(millis: number, connection: QueryConnection) {
    this.#end = performance.now() + millis;
    this.#connection = connection;
  }

  /** @throws {OutOfTime} when the time ends before the work does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const left = this.#end - performance.now();
    if (left <= 0) throw new OutOfTime();
    let interrupted = false;
    const timer = setTimeout(() => {
      interrupted = true;
      this.#connection.interrupt();
    }, left);
    try {
      return await work();
    } catch (error) {
      throw interrupted ? new OutOfTime() : error;
    } finally {
      clearTimeout(timer);
    }
  }
}
