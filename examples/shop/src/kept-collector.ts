import { collectorAddresses } from './collector-addresses.ts';
import type { ProcessGroup, StartedProcess } from './process-group.ts';

/** One that ends sooner after its start has a reason to, and would end again. */
const shortestLifeMillis = 5_000;

export interface KeptCollectorParts {
  readonly group: ProcessGroup;
  /** Absolute path of the command. */
  readonly command: string;
  readonly args: readonly string[];
  /** Tells people. */
  readonly say: (line: string) => void;
  /** Milliseconds, never going backwards. */
  readonly now?: (() => number) | undefined;
}

/** The collector as a child that is started again, at the addresses that it had, when it ends by itself. */
export class KeptCollector {
  readonly #parts: KeptCollectorParts;
  #startedMillis = 0;
  #addresses: { readonly pageUrl: string; readonly otlpUrl: string } | undefined;

  constructor(parts: KeptCollectorParts) {
    this.#parts = parts;
  }

  /** Rejects with the collector's own words when it does not start. */
  async start(): Promise<{ readonly pageUrl: string; readonly otlpUrl: string }> {
    this.#addresses = await collectorAddresses(this.#launch(this.#parts.args));
    return this.#addresses;
  }

  /** It ended by itself, `reason` says how: false when another start would not help. */
  startAgain(reason: string): boolean {
    if (this.#addresses === undefined || this.#now() - this.#startedMillis < shortestLifeMillis) return false;
    const { pageUrl, otlpUrl } = this.#addresses;
    this.#parts.say(
      `the collector ended (${reason}); it is started again. The shop goes on and keeps its spans meanwhile`,
    );
    const ports = ['--port-main', new URL(pageUrl).port, '--port-otlp-http', new URL(otlpUrl).port];
    // Of a flag that is given twice the later one counts. One that cannot start ends, and so is reported.
    this.#launch([...this.#parts.args, ...ports]).ready.then(
      () => this.#parts.say('the collector is back'),
      () => {},
    );
    return true;
  }

  #launch(args: readonly string[]): StartedProcess {
    const { group, command, say } = this.#parts;
    this.#startedMillis = this.#now();
    const collector = group.start({ name: 'collector', script: command, args: ['collector', ...args] });
    sayWhatTakesLong(collector, say);
    return collector;
  }

  #now(): number {
    return (this.#parts.now ?? (() => performance.now()))();
  }
}

/** Hands on what a collector says that is not ready soon, such as how much of its journal is left. */
function sayWhatTakesLong(collector: StartedProcess, say: (line: string) => void): void {
  let said = '';
  const timer = setInterval(() => {
    const words = collector.lastWords().trimEnd().split('\n').at(-1) ?? '';
    if (words !== said) say(`  ${words}`);
    said = words;
  }, 500);
  const stop = (): void => clearInterval(timer);
  collector.ready.then(stop, stop);
}
