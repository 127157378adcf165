/** A queue between tasks: who takes waits until somebody puts. It knows nothing of spans. */
export class MessageQueue<T> {
  private readonly messages: T[] = [];
  private readonly takers: ((message: T) => void)[] = [];

  put(message: T): void {
    const taker = this.takers.shift();
    if (taker === undefined) this.messages.push(message);
    else taker(message);
  }

  take(): Promise<T> {
    if (this.messages.length > 0) return Promise.resolve(this.messages.shift() as T);
    return new Promise((resolve) => this.takers.push(resolve));
  }
}
