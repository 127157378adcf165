import { Agent, request } from 'node:http';

import type { GeneratedBody } from './span-generator.ts';

export interface LoaderOptions {
  readonly otlpUrl: string;
  /** Where a connection takes its bodies from; one is sent, and repeated, until it is acknowledged. */
  readonly bodiesOf: (connection: number) => () => GeneratedBody;
  /** Spans per second; `Infinity` goes as fast as the collector answers. */
  readonly spansPerSecond: number;
  readonly connections?: number;
  readonly onAcknowledged?: (body: GeneratedBody) => void;
}

/** Posts generated bodies over keep-alive connections, and repeats each after a 429 or a broken connection. */
export class Loader {
  acknowledgedSpans = 0;
  refusals = 0;
  readonly #options: LoaderOptions;
  readonly #agent: Agent;
  #stopped = false;
  #started = performance.now();
  #offered = 0;
  #running: Promise<void>[] = [];

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets: (options.connections ?? 8) + 1 });
  }

  start(): void {
    this.#started = performance.now();
    this.#running = Array.from({ length: this.#options.connections ?? 8 }, (_, connection) =>
      this.#run(this.#options.bodiesOf(connection)),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
    this.#agent.destroy();
  }

  async #run(nextBody: () => GeneratedBody): Promise<void> {
    while (!this.#stopped) {
      await this.#pace();
      const body = nextBody();
      this.#offered += body.spanCount;
      await this.send(body);
    }
  }

  /** Sends one body beside the others, until it is acknowledged. */
  async send(body: GeneratedBody): Promise<void> {
    for (;;) {
      const waitMillis = await this.#post(body.bytes);
      if (waitMillis === undefined) break;
      this.refusals += 1;
      await sleep(waitMillis);
    }
    this.acknowledgedSpans += body.spanCount;
    this.#options.onAcknowledged?.(body);
  }

  /** Waits until the rate allows the next body. */
  async #pace(): Promise<void> {
    const dueMillis = (this.#offered / this.#options.spansPerSecond) * 1000;
    const early = dueMillis - (performance.now() - this.#started);
    if (early > 1) await sleep(early);
  }

  /** `undefined` when acknowledged, else how long to wait before the next try. */
  #post(bytes: Uint8Array): Promise<number | undefined> {
    return new Promise((resolve) => {
      const sent = request(`${this.#options.otlpUrl}/v1/traces`, {
        method: 'POST',
        agent: this.#agent,
        headers: { 'content-type': 'application/x-protobuf', 'content-length': bytes.byteLength },
      });
      sent.once('response', (response) => {
        response.resume();
        response.once('error', () => resolve(100));
        response.once('end', () => {
          const after = Number(response.headers['retry-after'] ?? 1) * 1000;
          resolve(response.statusCode === 200 ? undefined : after);
        });
      });
      sent.once('error', () => resolve(100));
      sent.end(bytes);
    });
  }
}

function sleep(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
