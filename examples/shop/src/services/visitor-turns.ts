import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/**
 * Work that holds the event loop up, one visitor after another and each in a turn of the loop of its own: so the process hears
 * between two of them who has gone, and that it is to end. All at once, what waits would hold it up for seconds.
 */
export class VisitorTurns {
  #last: Promise<unknown> = Promise.resolve();

  /** What `work` gives; `undefined`, and no work, when the visitor has gone before it began. */
  async take<Result>({ socket }: IncomingMessage, work: () => Result): Promise<Result | undefined> {
    const turn = this.#last.then(() => setImmediate());
    this.#last = turn;
    await turn;
    return socket.writable ? work() : undefined;
  }
}
