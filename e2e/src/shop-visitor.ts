/** Visits the shop one request at a time, whatever happens to the collector. */
export class ShopVisitor {
  requests = 0;
  failures = 0;
  readonly #gatewayUrl: string;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(gatewayUrl: string) {
    this.#gatewayUrl = gatewayUrl;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.requests += 1;
      try {
        const response = await fetch(`${this.#gatewayUrl}/products/${(this.requests % 200) + 1}`);
        await response.arrayBuffer();
        if (!response.ok) this.failures += 1;
      } catch {
        this.failures += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
